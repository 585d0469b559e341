import { join } from 'node:path';
import { type KokoroModel, type PieceInput, sampleRate } from './kokoro.ts';
import { tokenise } from './vocabulary.ts';
import { loadVoicePack } from './voice-pack.ts';

/** What a variant says for the probes, and how fast. */
export interface Measurement {
  takes: Float32Array[];
  /** CPU seconds per second of audio on one thread. */
  cpuSecondsPerAudioSecond: number;
}

/** Short sentences in four voices: all kinds of sounds, about nine seconds of audio. */
const probes = [
  { voice: 'af_heart', phonemes: 'ʃi sˈOld tʊ fˈIn ʧˈɛɹz.' },
  { voice: 'am_michael', phonemes: 'pˈʊt ðə kˈAʤ ˈWt, nˈW.' },
  { voice: 'bf_emma', phonemes: 'wˌɒt ɐ stɹˈAnʤ jˈɛlO!' },
  { voice: 'bm_george', phonemes: 'hˈɪə ɪz ɐ bˈɪɡ vˈæljuː.' },
];

/** Speaks the probes. @param voicesDir holds `<voice>.bin` */
export async function measureVariant(model: KokoroModel, voicesDir: string): Promise<Measurement> {
  const inputs = await Promise.all(
    probes.map(async ({ voice, phonemes }) => {
      const tokens = tokenise(phonemes);
      const pack = await loadVoicePack(join(voicesDir, `${voice}.bin`));
      return { tokens, style: pack.style(tokens.length), speed: 1 };
    }),
  );
  await warmUp(model, inputs);
  const takes: Float32Array[] = [];
  const before = process.cpuUsage();
  for (const input of inputs) takes.push((await model.run(input)).samples);
  const { user, system } = process.cpuUsage(before);
  const audioSeconds = takes.reduce((sum, take) => sum + take.length, 0) / sampleRate;
  return { takes, cpuSecondsPerAudioSecond: (user + system) / 1e6 / audioSeconds };
}

/** The first run asks for memory that later ones find. */
async function warmUp(model: KokoroModel, [first]: readonly PieceInput[]): Promise<void> {
  if (first) await model.run(first);
}
