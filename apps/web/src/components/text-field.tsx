import { Field } from '@base-ui/react/field';
import type { ComponentProps, ReactNode } from 'react';

export interface TextFieldProps
  extends Pick<
    ComponentProps<typeof Field.Control>,
    | 'type'
    | 'autoComplete'
    | 'inputMode'
    | 'autoFocus'
    | 'defaultValue'
    | 'maxLength'
    | 'minLength'
    | 'pattern'
    | 'placeholder'
    | 'required'
    | 'spellCheck'
    | 'value'
    | 'onValueChange'
  > {
  name: string;
  label: string;
  hint?: ReactNode;
  /** Within the field, at its end. */
  end?: ReactNode;
  monospaced?: boolean;
  /** Of text that goes over several lines. */
  rows?: number;
}

export function TextField(props: TextFieldProps) {
  const { name, label, hint, end, monospaced = false, rows, ...control } = props;
  return (
    <Field.Root name={name}>
      <Field.Label className="text-sm font-medium">{label}</Field.Label>
      <div className="relative mt-2">
        <Field.Control
          {...control}
          {...(rows === undefined ? {} : { render: <textarea rows={rows} /> })}
          className={`control min-h-11 w-full px-3 ${rows === undefined ? '' : 'py-2'} placeholder:text-muted data-invalid:border-danger ${end ? 'pr-12' : ''} ${monospaced ? 'font-mono tracking-wide' : ''}`}
        />
        {end && <div className="absolute inset-y-0 right-1 flex items-center">{end}</div>}
      </div>
      <Field.Error role="alert" className="mt-2 text-sm text-danger" />
      {hint && <Field.Description className="mt-2 text-sm text-muted">{hint}</Field.Description>}
    </Field.Root>
  );
}
