import { Select as BaseSelect } from '@base-ui/react/select';
import { useRef } from 'react';
import { Icon } from './icon.tsx';

export interface SelectOption<Value extends string | number> {
  value: Value;
  label: string;
  note?: string;
}

interface SelectProps<Value extends string | number> {
  label: string;
  options: readonly SelectOption<Value>[];
  value: Value;
  onChange: (value: Value) => void;
  disabled?: boolean;
  /** A small one without a visible label, for toolbars. */
  compact?: boolean;
}

export function Select<Value extends string | number>(props: SelectProps<Value>) {
  const { label, options, value, onChange, disabled = false, compact = false } = props;
  const home = useRef<HTMLDivElement>(null);
  const chosen = options.find((option) => option.value === value);
  return (
    <BaseSelect.Root
      items={options}
      value={value}
      disabled={disabled}
      onValueChange={(next) => {
        if (next !== null) onChange(next);
      }}
    >
      {!compact && <BaseSelect.Label className="text-sm font-medium">{label}</BaseSelect.Label>}
      <BaseSelect.Trigger
        aria-label={compact ? label : undefined}
        className={`control flex cursor-pointer items-center justify-between gap-2 text-left select-none data-disabled:cursor-default data-disabled:opacity-60 ${compact ? 'min-h-9 px-2 text-sm' : 'mt-2 min-h-11 w-full px-3 text-[15px]'}`}
      >
        <BaseSelect.Value />
        {!compact && chosen?.note && (
          <span className="ml-auto text-sm text-muted">{chosen.note}</span>
        )}
        <BaseSelect.Icon className="text-muted">
          <Icon name="chevrons" size={16} />
        </BaseSelect.Icon>
      </BaseSelect.Trigger>
      {/* Inside the page's landmark, where screen readers look for it. */}
      <div ref={home} className="contents" />
      <BaseSelect.Portal container={home}>
        <BaseSelect.Positioner
          className="z-20 outline-none"
          sideOffset={4}
          alignItemWithTrigger={false}
        >
          <BaseSelect.Popup className="popup min-w-(--anchor-width)">
            <BaseSelect.List className="max-h-(--available-height) overflow-y-auto p-1">
              {options.map((option) => (
                <BaseSelect.Item key={option.value} value={option.value} className="option">
                  <BaseSelect.ItemText>{option.label}</BaseSelect.ItemText>
                  {option.note && <span className="text-sm text-muted">{option.note}</span>}
                  <BaseSelect.ItemIndicator className="ml-auto pl-2 text-primary">
                    <Icon name="check" size={16} />
                  </BaseSelect.ItemIndicator>
                </BaseSelect.Item>
              ))}
            </BaseSelect.List>
          </BaseSelect.Popup>
        </BaseSelect.Positioner>
      </BaseSelect.Portal>
    </BaseSelect.Root>
  );
}
