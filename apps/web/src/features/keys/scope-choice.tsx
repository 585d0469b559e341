import { CheckBox } from '../../components/check-box.tsx';
import { CheckList } from '../../components/check-list.tsx';
import { usePermissions } from '../teams/use-permissions.ts';
import type { KeyChoices } from './key-settings.ts';

interface ScopeChoiceProps extends Pick<KeyChoices, 'everything' | 'scopes'> {
  /** Those that the key has, also ones that this person could not give. */
  known: readonly string[];
  onChange: (change: Partial<KeyChoices>) => void;
}

export function ScopeChoice({ everything, scopes, known, onChange }: ScopeChoiceProps) {
  const { permissions } = usePermissions();
  const given = (permissions?.may_give ?? []).map(({ scope, means }) => ({ name: scope, means }));
  const others = known
    .filter((scope) => scope !== '*' && !given.some(({ name }) => name === scope))
    .map((name) => ({ name, means: '' }));
  return (
    <fieldset>
      <legend className="font-medium">What it may do</legend>
      <div className="mt-2">
        <CheckBox
          label="Everything that its maker may do"
          checked={everything}
          onChange={(checked) => onChange({ everything: checked })}
        />
        {!everything && (
          <CheckList
            options={[...given, ...others]}
            chosen={scopes}
            onChange={(chosen) => onChange({ scopes: chosen })}
          />
        )}
      </div>
    </fieldset>
  );
}
