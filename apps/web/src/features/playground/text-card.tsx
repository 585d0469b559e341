import { Field } from '@base-ui/react/field';
import type { RefObject } from 'react';
import { maxTextCharacters } from '../../api/speech.ts';
import { measureText } from './text-limits.ts';

interface TextCardProps {
  text: string;
  onChange: (text: string) => void;
  error: string | undefined;
  field: RefObject<HTMLTextAreaElement | null>;
}

export function TextCard({ text, onChange, error, field }: TextCardProps) {
  const { characters, excess } = measureText(text);
  const told = excess > 0 ? tellExcess(excess) : error;
  return (
    <Field.Root
      invalid={told !== undefined}
      className="card flex flex-col p-4 focus-within:border-primary sm:p-6"
    >
      <div className="flex items-baseline justify-between gap-4">
        <Field.Label className="text-sm font-medium">Text</Field.Label>
        <TextCount characters={characters} excess={excess} />
      </div>
      <Field.Control
        render={<textarea ref={field} rows={8} spellCheck />}
        value={text}
        onValueChange={onChange}
        placeholder="Type or paste what should be said."
        className="mt-2 min-h-48 w-full flex-1 resize-y bg-transparent text-lg leading-7 outline-none placeholder:text-muted sm:min-h-64"
      />
      <Field.Error match={told !== undefined} role="alert" className="mt-2 text-sm text-danger">
        {told}
      </Field.Error>
    </Field.Root>
  );
}

function TextCount({ characters, excess }: { characters: number; excess: number }) {
  const share = Math.min(characters / maxTextCharacters, 1);
  return (
    <p
      className={`flex items-center gap-2 text-sm tabular-nums ${excess > 0 ? 'text-danger' : 'text-muted'}`}
    >
      <span aria-hidden="true" className="h-1.5 w-12 overflow-hidden rounded-full bg-border">
        <span
          className={`block h-full rounded-full ${excess > 0 ? 'bg-danger' : 'bg-accent'}`}
          style={{ width: `${share * 100}%` }}
        />
      </span>
      {characters.toLocaleString('en')} of {maxTextCharacters.toLocaleString('en')}
      <span className="sr-only"> characters</span>
    </p>
  );
}

function tellExcess(excess: number): string {
  const limit = maxTextCharacters.toLocaleString('en');
  return `${excess.toLocaleString('en')} too many: one request takes ${limit} characters. Shorten the text, or make it in parts.`;
}
