import { useEffect, useRef, useState } from 'react';
import type { Voice } from '../../api/voices.ts';
import { StateStore } from '../../state-store.ts';
import { useStore } from '../../use-store.ts';
import { CurlCard } from './curl-card.tsx';
import { type FieldErrors, readFieldErrors } from './field-errors.ts';
import { GenerateButton } from './generate-button.tsx';
import type { Settings } from './settings.ts';
import { SettingsCard } from './settings-card.tsx';
import { TakeCard, TakePlaceholder } from './take-card.tsx';
import { TakeList } from './take-list.tsx';
import { pauseTakes, removeTake, startTake, takesStore } from './takes.ts';
import { TextCard } from './text-card.tsx';
import { findExcessStart, measureText } from './text-limits.ts';
import { useGenerateShortcut } from './use-generate-shortcut.ts';

interface PlaygroundProps {
  voices: readonly Voice[];
  settings: Settings;
  onSettings: (change: Partial<Settings>) => void;
}

const defaultVoiceId = 'af_heart';
/** Outlives a look at another page. */
const draftStore = new StateStore({ text: '' });

export function Playground({ voices, settings, onSettings }: PlaygroundProps) {
  const { text } = useStore(draftStore);
  const [errors, setErrors] = useState<FieldErrors>({});
  const textField = useRef<HTMLTextAreaElement>(null);
  const { shown } = useStore(takesStore);
  const voice = findVoice(voices, settings.voice);

  const generate = () => {
    if (!voice || takesStore.get().shown?.running) return;
    const { characters, excess } = measureText(text);
    if (characters === 0 || excess > 0) {
      textField.current?.focus();
      if (excess > 0) textField.current?.setSelectionRange(findExcessStart(text), text.length);
      else setErrors({ text: 'Write what should be said first.' });
      return;
    }
    setErrors({});
    const { speed, format } = settings;
    const take = startTake({ text, voice: voice.id, speed, format }, voice.name);
    const stop = take.state.subscribe(() => {
      if (take.running) return;
      stop();
      const { problem } = take.state.get();
      const refused = readFieldErrors(problem);
      setErrors(refused);
      // The field, or the question for a key, says it all; a take without sound would only repeat it.
      if (Object.keys(refused).length > 0 || problem?.status === 401) removeTake(take);
    });
  };
  useGenerateShortcut(generate);
  useEffect(() => pauseTakes, []);

  if (!voice) return <p className="text-muted">This server has no voices.</p>;
  const { speed, format } = settings;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 sm:gap-6 lg:grid-cols-[minmax(0,1fr)_25rem]">
      <TextCard
        text={text}
        onChange={(next) => {
          draftStore.update({ text: next });
          setErrors(({ text: _mended, ...others }) => others);
        }}
        error={errors.text}
        field={textField}
      />
      <div className="card flex flex-col justify-between gap-6 p-4 sm:p-6">
        <SettingsCard
          settings={settings}
          voices={voices}
          voice={voice}
          errors={errors}
          onChange={(change) => {
            setErrors({});
            onSettings(change);
          }}
        />
        <GenerateButton take={shown} onGenerate={generate} />
      </div>
      <div className="min-w-0 space-y-4 sm:space-y-6">
        {shown ? <TakeCard take={shown} /> : <TakePlaceholder />}
        <TakeList />
      </div>
      <div className="min-w-0">
        <CurlCard request={{ text: text.trim() || 'Hello!', voice: voice.id, speed, format }} />
      </div>
    </div>
  );
}

function findVoice(voices: readonly Voice[], id = defaultVoiceId): Voice | undefined {
  return voices.find((voice) => voice.id === id) ?? voices[0];
}
