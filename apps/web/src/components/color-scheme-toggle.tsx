import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
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
  return (
    <ToggleGroup
      aria-label="Colours"
      value={[scheme]}
      onValueChange={([next]) => {
        const chosen = choices.find((choice) => choice.scheme === next);
        if (chosen) setColorScheme(chosen.scheme);
      }}
      className="flex gap-1 rounded-full border border-border bg-sunken p-1"
    >
      {choices.map(({ scheme: value, label, icon }) => (
        <Toggle
          key={value}
          value={value}
          aria-label={label}
          title={label}
          className="grid size-7 cursor-pointer place-items-center rounded-full text-muted hover:text-text data-pressed:bg-surface data-pressed:text-primary data-pressed:shadow-card"
        >
          <Icon name={icon} size={16} />
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
