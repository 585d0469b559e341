import { Combobox } from '@base-ui/react/combobox';
import { type KeyboardEvent, useMemo, useRef } from 'react';
import type { Voice } from '../../api/voices.ts';
import { Button } from '../../components/button.tsx';
import { Icon, Spinner } from '../../components/icon.tsx';
import { useVoicePreview, type VoicePreview } from './use-voice-preview.ts';
import { VoiceBadge } from './voice-badge.tsx';
import { describeVoice, groupVoices, matchesVoice, type VoiceGroup } from './voice-language.ts';

interface VoicePickerProps {
  voices: readonly Voice[];
  value: Voice;
  onChange: (voice: Voice) => void;
  error?: string | undefined;
}

export function VoicePicker({ voices, value, onChange, error }: VoicePickerProps) {
  const groups = useMemo(() => groupVoices(voices), [voices]);
  const preview = useVoicePreview();
  const highlighted = useRef<Voice>(undefined);

  const previewByKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !event.shiftKey || !highlighted.current) return;
    event.preventDefault();
    event.stopPropagation();
    preview.toggle(highlighted.current.id);
  };

  return (
    <div>
      <Combobox.Root
        items={groups}
        value={value}
        onValueChange={(voice) => {
          if (voice) onChange(voice);
        }}
        isItemEqualToValue={(a, b) => a.id === b.id}
        itemToStringLabel={(voice) => voice.name}
        filter={(voice, query) => matchesVoice(voice, query)}
        autoHighlight
        onItemHighlighted={(voice) => {
          highlighted.current = voice;
        }}
        onOpenChange={(open) => {
          if (!open) preview.stop();
        }}
      >
        <Combobox.Label className="text-sm font-medium">Voice</Combobox.Label>
        <div className="mt-2 flex gap-2">
          <Combobox.Trigger
            aria-invalid={error ? true : undefined}
            aria-describedby={error ? 'voice-error' : undefined}
            className="control flex min-h-14 min-w-0 flex-1 cursor-pointer items-center gap-3 px-3 text-left select-none aria-invalid:border-danger"
          >
            <VoiceBadge voice={value} />
            <span className="min-w-0 flex-1">
              <span className="block truncate text-[15px] leading-5 font-medium">{value.name}</span>
              <span className="block truncate text-sm leading-5 text-muted">
                {describeVoice(value)}
              </span>
            </span>
            <Combobox.Icon className="text-muted">
              <Icon name="chevrons" size={16} />
            </Combobox.Icon>
          </Combobox.Trigger>
          <PreviewButton voice={value} preview={preview} />
        </div>
        <Combobox.Portal>
          <Combobox.Positioner className="z-20 outline-none" align="start" sideOffset={4}>
            <Combobox.Popup
              aria-label="Voices"
              className="popup w-(--anchor-width) max-w-(--available-width) min-w-76"
            >
              <div className="flex items-center gap-2 border-b border-border px-3 text-muted">
                <Icon name="search" size={16} />
                <Combobox.Input
                  aria-label="Search voices"
                  placeholder="Name, language, gender"
                  onKeyDown={previewByKey}
                  className="min-h-11 w-full bg-transparent text-text outline-none placeholder:text-muted"
                />
              </div>
              <Combobox.Empty>
                <p className="p-4 text-sm text-muted">No voice is called that.</p>
              </Combobox.Empty>
              <Combobox.List className="max-h-[min(22rem,calc(var(--available-height)-6rem))] scroll-py-8 overflow-y-auto overscroll-contain px-1 pb-1 outline-none empty:hidden">
                {(group: VoiceGroup) => (
                  <Combobox.Group key={group.label} items={group.items}>
                    <Combobox.GroupLabel className="sticky top-0 bg-surface px-3 py-2 text-xs font-semibold text-muted">
                      {group.label}
                    </Combobox.GroupLabel>
                    <Combobox.Collection>
                      {(voice: Voice) => (
                        <Combobox.Item key={voice.id} value={voice} className="option">
                          <VoiceBadge voice={voice} small />
                          <span className="flex-1 truncate">{voice.name}</span>
                          <Combobox.ItemIndicator className="text-primary">
                            <Icon name="check" size={16} />
                          </Combobox.ItemIndicator>
                          <OptionPreview voice={voice} preview={preview} />
                        </Combobox.Item>
                      )}
                    </Combobox.Collection>
                  </Combobox.Group>
                )}
              </Combobox.List>
              <p className="border-t border-border px-4 py-2 text-xs text-muted pointer-coarse:hidden">
                <kbd className="font-sans font-medium">Shift ⏎</kbd> hears the marked voice,{' '}
                <kbd className="font-sans font-medium">⏎</kbd> takes it
              </p>
            </Combobox.Popup>
          </Combobox.Positioner>
        </Combobox.Portal>
      </Combobox.Root>
      {error && (
        <p id="voice-error" role="alert" className="mt-2 text-sm text-danger">
          {error}
        </p>
      )}
      {preview.error && (
        <p role="status" className="mt-2 text-sm text-danger">
          {preview.error}
        </p>
      )}
    </div>
  );
}

function PreviewButton({ voice, preview }: { voice: Voice; preview: VoicePreview }) {
  const sounding = preview.voiceId === voice.id;
  return (
    <Button
      className="min-h-14 w-14 px-0!"
      aria-label={sounding ? `Stop the preview of ${voice.name}` : `Hear ${voice.name}`}
      title={sounding ? 'Stop' : `Hear ${voice.name}`}
      onClick={() => preview.toggle(voice.id)}
    >
      <PreviewIcon sounding={sounding} loading={preview.loading} />
    </Button>
  );
}

/** For the pointer only: an option may hold no button, and the keyboard has Shift-Enter. */
function OptionPreview({ voice, preview }: { voice: Voice; preview: VoicePreview }) {
  const sounding = preview.voiceId === voice.id;
  return (
    <span
      aria-hidden="true"
      title={`Hear ${voice.name}`}
      onPointerDown={(event) => event.stopPropagation()}
      onMouseDown={(event) => event.preventDefault()}
      onPointerUp={(event) => event.stopPropagation()}
      onMouseUp={(event) => event.stopPropagation()}
      onClick={(event) => {
        event.stopPropagation();
        event.preventDefault();
        preview.toggle(voice.id);
      }}
      className="grid size-8 cursor-pointer place-items-center rounded-full text-muted hover:bg-surface hover:text-primary"
    >
      <PreviewIcon sounding={sounding} loading={preview.loading} small />
    </span>
  );
}

function PreviewIcon(props: { sounding: boolean; loading: boolean; small?: boolean }) {
  const size = props.small ? 16 : 20;
  if (props.sounding && props.loading) return <Spinner size={size} />;
  return <Icon name={props.sounding ? 'stop' : 'play'} size={size} />;
}
