import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError } from '../../api/problem.ts';
import { fetchVoicePreview } from '../../api/voices.ts';

export interface VoicePreview {
  /** The voice that sounds or is being fetched. */
  voiceId: string | undefined;
  loading: boolean;
  error: string | undefined;
  /** Plays the voice's sample, or stops it where it is the one that sounds. */
  toggle: (voiceId: string) => void;
  stop: () => void;
}

type Phase = Pick<VoicePreview, 'voiceId' | 'loading' | 'error'>;

const silent: Phase = { voiceId: undefined, loading: false, error: undefined };

/** One voice sample at a time. */
export function useVoicePreview(): VoicePreview {
  const [phase, setPhase] = useState<Phase>(silent);
  const running = useRef<AbortController>(null);

  const stop = useCallback(() => {
    running.current?.abort();
    running.current = null;
    setPhase(silent);
  }, []);

  const start = useCallback(async (voiceId: string) => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setPhase({ voiceId, loading: true, error: undefined });
    const fail = (error: unknown) => {
      if (controller.signal.aborted) return;
      const detail = error instanceof ApiError ? error.problem.detail : 'it cannot be played here.';
      setPhase({ ...silent, error: `No preview: ${detail}` });
    };
    try {
      const sample = await fetchVoicePreview(voiceId, controller.signal);
      await playBlob(sample, controller.signal, () =>
        setPhase({ voiceId, loading: false, error: undefined }),
      );
      if (!controller.signal.aborted) setPhase(silent);
    } catch (error) {
      fail(error);
    }
  }, []);

  useEffect(() => () => running.current?.abort(), []);

  const toggle = (voiceId: string) => {
    if (phase.voiceId === voiceId) stop();
    else void start(voiceId);
  };
  return { ...phase, toggle, stop };
}

/** Resolves when the sound has ended or was stopped; rejects when it cannot be played. */
async function playBlob(blob: Blob, signal: AbortSignal, onStart: () => void): Promise<void> {
  signal.throwIfAborted();
  const url = URL.createObjectURL(blob);
  const audio = new Audio(url);
  const ended = new Promise<void>((resolve, reject) => {
    audio.addEventListener('ended', () => resolve());
    audio.addEventListener('error', () => reject(audio.error));
    signal.addEventListener('abort', () => resolve());
  });
  try {
    await Promise.race([audio.play().then(onStart), ended]);
    await ended;
  } finally {
    audio.pause();
    URL.revokeObjectURL(url);
  }
}
