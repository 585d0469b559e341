import { StateStore } from '../state-store.ts';
import { JitterBuffer } from './jitter-buffer.ts';
import {
  FrameTicker,
  initialPlaybackState,
  type Playback,
  type PlaybackState,
} from './playback.ts';

/** Long enough to hide an edge in the waveform, too short to be heard as a fade. */
const fadeSeconds = 0.005;

interface SoundingRun {
  startsAt: number;
  fromSample: number;
  toSample: number;
  source: AudioBufferSourceNode;
}

/**
 * Plays samples while they arrive. Every run is one AudioBuffer put exactly
 * behind the one before on the audio clock; its end is faded in advance and the
 * fade taken back when the next run arrives in time, so that running out of
 * audio is silent instead of a click.
 */
export class LivePlayback implements Playback {
  readonly state: StateStore<PlaybackState>;
  readonly #context: AudioContext;
  readonly #gain: GainNode;
  readonly #jitter = new JitterBuffer();
  readonly #ticker = new FrameTicker(() => this.#report());
  readonly #chunks: Float32Array<ArrayBuffer>[] = [];
  #sampleRate: number;
  #sampleCount = 0;
  #nextSample = 0;
  #runs: SoundingRun[] = [];
  #complete = false;
  #wantsToPlay = true;

  /** Create it in the click that asks for sound, else browsers keep it silent. */
  constructor(expectedSampleRate: number) {
    this.#sampleRate = expectedSampleRate;
    this.#context = new AudioContext({ sampleRate: expectedSampleRate, latencyHint: 'playback' });
    this.#gain = new GainNode(this.#context, { gain: 0 });
    this.#gain.connect(this.#context.destination);
    this.state = new StateStore({ ...initialPlaybackState, playing: true, waiting: true });
    this.#ticker.start();
  }

  get sampleRate(): number {
    return this.#sampleRate;
  }

  get chunks(): readonly Float32Array<ArrayBuffer>[] {
    return this.#chunks;
  }

  get underruns(): number {
    return this.#jitter.underruns;
  }

  get starvedSeconds(): number {
    return this.#jitter.starvedSeconds;
  }

  /** Whether all of the audio is here and has sounded. */
  get finished(): boolean {
    return this.#complete && this.#position() >= this.#sampleCount;
  }

  push(samples: Float32Array<ArrayBuffer>, sampleRate: number): void {
    this.#sampleRate = sampleRate;
    this.#chunks.push(samples);
    this.#sampleCount += samples.length;
    this.#schedule();
    this.#report();
  }

  /** No more audio will come. */
  complete(): void {
    this.#complete = true;
    this.#schedule();
    this.#report();
  }

  play(): void {
    this.#wantsToPlay = true;
    if (this.finished) this.seek(0);
    this.#resume();
    this.#ticker.start();
    this.#report();
  }

  pause(): void {
    this.#wantsToPlay = false;
    this.#context.suspend().catch(() => undefined);
    this.#report();
  }

  seek(seconds: number): void {
    const sample = Math.round(seconds * this.#sampleRate);
    this.#silence();
    this.#jitter.restart();
    this.#nextSample = Math.max(0, Math.min(sample, this.#sampleCount));
    this.#schedule();
    this.#report();
  }

  /** A stream sounds as it is made; the rate belongs to the finished take. */
  setRate(): void {}

  dispose(): void {
    this.#ticker.stop();
    this.#silence();
    this.#chunks.length = 0;
    this.#context.close().catch(() => undefined);
  }

  #resume(): void {
    this.#context.resume().catch(() => undefined);
  }

  #schedule(): void {
    const held = this.#sampleCount - this.#nextSample;
    const now = this.#context.currentTime;
    const previousEnd = this.#jitter.soundsUntil;
    const run = this.#jitter.schedule(held / this.#sampleRate, now, this.#complete);
    if (!run) return;
    const buffer = new AudioBuffer({ length: held, sampleRate: this.#sampleRate });
    copySamples(this.#chunks, this.#nextSample, buffer);
    const source = new AudioBufferSourceNode(this.#context, { buffer });
    source.connect(this.#gain);
    source.start(run.startsAt);
    this.#shapeEdges(run.startsAt, run.startsAt + buffer.duration, run.fadeIn, previousEnd);
    this.#runs = this.#runs.filter((r) => r.startsAt + length(r, this.#sampleRate) > now - 1);
    const fromSample = this.#nextSample;
    this.#nextSample += held;
    this.#runs.push({ startsAt: run.startsAt, fromSample, toSample: this.#nextSample, source });
  }

  #shapeEdges(startsAt: number, endsAt: number, fadeIn: boolean, previousEnd = startsAt): void {
    const gain = this.#gain.gain;
    if (fadeIn) {
      gain.setValueAtTime(0, startsAt);
      gain.linearRampToValueAtTime(1, startsAt + fadeSeconds);
    } else {
      gain.cancelScheduledValues(previousEnd - fadeSeconds * 1.5);
    }
    gain.setValueAtTime(1, Math.max(startsAt, endsAt - fadeSeconds));
    gain.linearRampToValueAtTime(0, endsAt);
  }

  #silence(): void {
    const now = this.#context.currentTime;
    this.#gain.gain.cancelScheduledValues(now);
    this.#gain.gain.setTargetAtTime(0, now, fadeSeconds / 3);
    for (const { source } of this.#runs) source.stop(now + fadeSeconds * 2);
    this.#runs = [];
  }

  /** The sample that the listener hears now. */
  #position(): number {
    // Some browsers do not know their latency.
    const now = this.#context.currentTime - (this.#context.outputLatency || 0);
    let position = this.#runs[0]?.fromSample ?? this.#nextSample;
    for (const run of this.#runs) {
      if (run.startsAt > now) break;
      const played = Math.round((now - run.startsAt) * this.#sampleRate);
      position = Math.min(run.fromSample + played, run.toSample);
    }
    return position;
  }

  #report(): void {
    const position = this.#position();
    const finished = this.finished;
    if (finished || !this.#wantsToPlay) this.#ticker.stop();
    if (finished) this.#wantsToPlay = false;
    this.state.update({
      currentSeconds: position / this.#sampleRate,
      durationSeconds: this.#sampleCount / this.#sampleRate,
      playing: this.#wantsToPlay,
      waiting: this.#wantsToPlay && !this.#complete && position >= this.#nextSample,
    });
  }
}

function length(run: SoundingRun, sampleRate: number): number {
  return (run.toSample - run.fromSample) / sampleRate;
}

/** Fills `buffer` with the samples from `fromSample` on. */
function copySamples(
  chunks: readonly Float32Array<ArrayBuffer>[],
  fromSample: number,
  buffer: AudioBuffer,
): void {
  let chunkStart = 0;
  for (const chunk of chunks) {
    const skipped = Math.max(0, fromSample - chunkStart);
    if (skipped < chunk.length) {
      buffer.copyToChannel(chunk.subarray(skipped), 0, chunkStart + skipped - fromSample);
    }
    chunkStart += chunk.length;
  }
}
