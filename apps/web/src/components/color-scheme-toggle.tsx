import { useId } from 'react';
import { type ColorScheme, colorSchemeStore, setColorScheme } from '../color-scheme.ts';
import { useStore } from '../use-store.ts';
import { Icon, type IconName } from './icon.tsx';

const choices: readonly { scheme: ColorScheme; label: string; icon: IconName }[] = [
  { scheme: 'light', label: 'Light', icon: 'sun' },
  { scheme: 'system', label: 'As the system', icon: 'system' },
  { scheme: 'dark', label: 'Dark', icon: 'moon' },
];

export function ColorSchemeToggle() {
  const { scheme } = useStore(colorSchemeStore);
  const group = useId();
  return (
    <fieldset className="flex w-fit gap-1 rounded-full border border-border bg-sunken p-1">
      <legend className="sr-only">Colours</legend>
      {choices.map(({ scheme: value, label, icon }) => (
        <label
          key={value}
          title={label}
          className="grid size-7 cursor-pointer place-items-center rounded-full text-muted hover:text-text has-checked:bg-surface has-checked:text-primary has-checked:shadow-card has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name={group}
            aria-label={label}
            checked={scheme === value}
            onChange={() => setColorScheme(value)}
            className="sr-only"
          />
          <Icon name={icon} size={16} />
        </label>
      ))}
    </fieldset>
  );
}
