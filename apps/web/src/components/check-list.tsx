import { CheckBox } from './check-box.tsx';

interface CheckListProps {
  options: readonly { name: string; means: string }[];
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}

/** Any of these, each with what it means and the name that the API gives it. */
export function CheckList({ options, chosen, onChange }: CheckListProps) {
  return options.map(({ name, means }) => (
    <CheckBox
      key={name}
      label={
        <>
          {means} <code className="font-mono text-sm text-muted">{name}</code>
        </>
      }
      checked={chosen.includes(name)}
      onChange={(checked) =>
        onChange(checked ? [...chosen, name] : chosen.filter((other) => other !== name))
      }
    />
  ));
}
