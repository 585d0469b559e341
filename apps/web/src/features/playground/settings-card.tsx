import { maxSpeed, minSpeed } from '../../api/speech.ts';
import type { Voice } from '../../api/voices.ts';
import type { AudioFormat } from '../../audio/decode-stream.ts';
import { Select } from '../../components/select.tsx';
import { Slider } from '../../components/slider.tsx';
import { VoicePicker } from '../voices/voice-picker.tsx';
import { audioFormats, formatLabels } from './formats.ts';
import type { Settings } from './settings.ts';

interface SettingsCardProps {
  settings: Settings;
  voices: readonly Voice[];
  voice: Voice;
  onChange: (change: Partial<Settings>) => void;
  /** What the server said about a field, by its name in the API. */
  errors: { voice?: string; speed?: string; format?: string };
}

const formatOptions = audioFormats.map((value) => ({
  value,
  label: formatLabels[value].name,
  note: formatLabels[value].note,
}));

const formatSpeed = (speed: number) => `${speed}×`;

export function SettingsCard({ settings, voices, voice, onChange, errors }: SettingsCardProps) {
  return (
    <div className="space-y-6">
      <VoicePicker
        voices={voices}
        value={voice}
        onChange={({ id }) => onChange({ voice: id })}
        error={errors.voice}
      />
      <div>
        <Slider
          label="Speed"
          value={settings.speed}
          min={minSpeed}
          max={maxSpeed}
          step={0.05}
          format={formatSpeed}
          onChange={(speed) => onChange({ speed: Math.round(speed * 100) / 100 })}
        />
        <FieldError text={errors.speed} />
      </div>
      <div>
        <Select<AudioFormat>
          label="Format"
          options={formatOptions}
          value={settings.format}
          onChange={(format) => onChange({ format })}
        />
        <FieldError text={errors.format} />
      </div>
    </div>
  );
}

function FieldError({ text }: { text: string | undefined }) {
  if (!text) return null;
  return (
    <p role="alert" className="mt-2 text-sm text-danger">
      {text}
    </p>
  );
}
