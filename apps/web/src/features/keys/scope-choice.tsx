import { CheckBox } from '../../components/check-box.tsx';
import { usePermissions } from '../teams/use-permissions.ts';
import type { KeyChoices } from './key-settings.ts';

interface ScopeChoiceProps extends Pick<KeyChoices, 'everything' | 'scopes'> {
  /** Those that the key has, also ones that this person could not give. */
  known: readonly string[];
  onChange: (change: Partial<KeyChoices>) => void;
}

export function ScopeChoice({ everything, scopes, known, onChange }: ScopeChoiceProps) {
  const { permissions } = usePermissions();
  const given = permissions?.may_give ?? [];
  const others = known
    .filter((name) => name !== '*' && !given.some(({ scope }) => scope === name))
    .map((scope) => ({ scope, means: '' }));
  return (
    <fieldset>
      <legend className="font-medium">What it may do</legend>
      <div className="mt-2">
        <CheckBox
          label="Everything that its maker may do"
          checked={everything}
          onChange={(checked) => onChange({ everything: checked })}
        />
        {!everything &&
          [...given, ...others].map(({ scope, means }) => (
            <CheckBox
              key={scope}
              label={
                <>
                  {means} <code className="font-mono text-sm text-muted">{scope}</code>
                </>
              }
              checked={scopes.includes(scope)}
              onChange={(checked) =>
                onChange({
                  scopes: checked
                    ? [...scopes, scope]
                    : scopes.filter((candidate) => candidate !== scope),
                })
              }
            />
          ))}
      </div>
    </fieldset>
  );
}
