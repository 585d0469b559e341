import { useState } from 'react';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { TextField, type TextFieldProps } from './text-field.tsx';

const minCharacters = 12;

interface PasswordFieldProps extends Pick<TextFieldProps, 'name' | 'label' | 'hint' | 'autoFocus'> {
  /** One that is being chosen, rather than one that is known. */
  chosen?: boolean;
}

/** Shows what is typed when asked to, so that no second field has to catch slips. */
export function PasswordField({ chosen = false, hint, ...field }: PasswordFieldProps) {
  const [shown, setShown] = useState(false);
  return (
    <TextField
      {...field}
      required
      type={shown ? 'text' : 'password'}
      spellCheck={false}
      autoComplete={chosen ? 'new-password' : 'current-password'}
      {...(chosen ? { minLength: minCharacters } : {})}
      hint={hint ?? (chosen ? `At least ${minCharacters} characters. Several words are good.` : '')}
      end={
        <Button
          look="quiet"
          size="icon"
          aria-label="Show the password"
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        >
          <Icon name="eye" />
        </Button>
      }
    />
  );
}
