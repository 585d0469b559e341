import { ApiError, localProblem, type Problem } from '../../api/problem.ts';
import { type SpeechRequest, streamSpeech } from '../../api/speech.ts';
import { decodedSampleRates, decodeStream } from '../../audio/decode-stream.ts';
import { PeakMeter } from '../../audio/peaks.ts';
import { TakePlayback } from '../../audio/take-playback.ts';
import { sealStreamedWav } from '../../audio/wav-file.ts';
import { StateStore } from '../../state-store.ts';

export interface TakeState {
  phase: 'waiting' | 'arriving' | 'complete' | 'cancelled' | 'failed';
  /** From the click to the first audio that could sound. */
  firstAudioSeconds: number | undefined;
  /** From the click to the last byte. */
  madeInSeconds: number | undefined;
  audioSeconds: number;
  requestId: string | undefined;
  characters: number | undefined;
  fromCache: boolean;
  /** What the server said about something that it could not honour. */
  warning: string | undefined;
  problem: Problem | undefined;
  /** The bytes as they came, in the format asked for: downloading them costs nothing more. */
  file: Blob | undefined;
  underruns: number;
  starvedSeconds: number;
}

const initialState: TakeState = {
  phase: 'waiting',
  firstAudioSeconds: undefined,
  madeInSeconds: undefined,
  audioSeconds: 0,
  requestId: undefined,
  characters: undefined,
  fromCache: false,
  warning: undefined,
  problem: undefined,
  file: undefined,
  underruns: 0,
  starvedSeconds: 0,
};

let lastNumber = 0;

/** One synthesis from the click on: its request, its sound, its file and how it went. */
export class Take {
  readonly number = ++lastNumber;
  readonly request: SpeechRequest;
  readonly voiceName: string;
  readonly state = new StateStore(initialState);
  readonly playback: TakePlayback;
  readonly #startedAt = performance.now();
  readonly #abort = new AbortController();
  #meter: PeakMeter;

  /** Starts at once. Create it in the click that asks for it, else the browser keeps it silent. */
  constructor(request: SpeechRequest, voiceName: string) {
    this.request = request;
    this.voiceName = voiceName;
    this.#meter = new PeakMeter(decodedSampleRates[request.format]);
    this.playback = new TakePlayback(decodedSampleRates[request.format]);
    void this.#run();
  }

  get peaks(): readonly number[] {
    return this.#meter.peaks;
  }

  get running(): boolean {
    const { phase } = this.state.get();
    return phase === 'waiting' || phase === 'arriving';
  }

  /** Stops the work here and on the server; what has arrived stays. */
  cancel(): void {
    this.#abort.abort();
  }

  dispose(): void {
    this.cancel();
    this.playback.dispose();
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    try {
      const { bytes, contentType, ...facts } = await streamSpeech(this.request, signal);
      this.state.update(facts);
      const [toKeep, toHear] = bytes.tee();
      const kept: Uint8Array<ArrayBuffer>[] = [];
      const [keeping, hearing] = await Promise.allSettled([
        keepBytes(toKeep, kept),
        this.#hear(toHear),
      ]);
      this.state.update({ file: makeFile(kept, contentType), madeInSeconds: this.#elapsed() });
      if (keeping.status === 'rejected') throw keeping.reason;
      this.#end('complete', hearing.status === 'rejected' ? this.#unplayable() : undefined);
    } catch (error) {
      if (signal.aborted) this.#end('cancelled');
      else this.#end('failed', error instanceof ApiError ? error.problem : this.#brokenOff());
    }
  }

  async #hear(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const { samples, sampleRate } of decodeStream(stream, this.request.format)) {
      if (samples.length === 0) continue;
      const { phase, audioSeconds, firstAudioSeconds } = this.state.get();
      if (phase === 'waiting') this.#meter = new PeakMeter(sampleRate);
      this.#meter.push(samples);
      this.playback.push(samples, sampleRate);
      this.state.update({
        phase: 'arriving',
        firstAudioSeconds: firstAudioSeconds ?? this.#elapsed(),
        audioSeconds: audioSeconds + samples.length / sampleRate,
        ...this.#starvation(),
      });
    }
  }

  #end(phase: TakeState['phase'], problem?: Problem): void {
    this.playback.complete();
    this.state.update({ phase, problem, ...this.#starvation() });
  }

  #starvation(): Pick<TakeState, 'underruns' | 'starvedSeconds'> {
    const { underruns, starvedSeconds } = this.playback;
    return { underruns, starvedSeconds };
  }

  #elapsed(): number {
    return (performance.now() - this.#startedAt) / 1_000;
  }

  #brokenOff(): Problem {
    const { audioSeconds, requestId } = this.state.get();
    const came = audioSeconds > 0 ? ` What came, ${audioSeconds.toFixed(1)} s, is kept here.` : '';
    return localProblem(
      'The audio broke off',
      `The server ended the answer before the audio was whole.${came} Generate again for all of it.`,
      requestId,
    );
  }

  #unplayable(): Problem {
    return localProblem(
      'Made, but this browser cannot play it',
      `The file is whole and can be downloaded. To listen here, choose WAV or MP3.`,
      this.state.get().requestId,
    );
  }
}

/** Collects into `kept`, so that what came before a break is not lost. */
async function keepBytes(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  kept: Uint8Array<ArrayBuffer>[],
): Promise<void> {
  await stream.pipeTo(
    new WritableStream({
      write(chunk) {
        kept.push(chunk);
      },
    }),
  );
}

function makeFile(kept: readonly Uint8Array<ArrayBuffer>[], contentType: string): Blob | undefined {
  if (kept.length === 0) return undefined;
  const bytes = new Uint8Array(kept.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of kept) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  if (contentType.startsWith('audio/wav')) sealStreamedWav(bytes);
  return new Blob([bytes], { type: contentType });
}
