import type { Context } from '../../platform/context.ts';
import { getVoice } from '../voices/index.ts';
import { takeWhole } from './speech-delivery.ts';
import type { SpeechMaker, SpeechOwner } from './speech-maker.ts';

/** Previews are nobody's own: all teams share them, and they count for none. */
export const previewOwner: SpeechOwner = {
  id: 'previews',
  tier: 'paid',
  maxOpen: Number.MAX_SAFE_INTEGER,
};

/** A short sentence in a voice's own sound, as MP3; made once, then kept. */
export async function previewVoice(
  maker: SpeechMaker,
  { ctx, input, signal }: { ctx: Context; input: { id: string }; signal: AbortSignal },
): Promise<{ contentType: string; body: AsyncIterable<Buffer> | Buffer }> {
  const voice = getVoice({ ctx, input });
  const found = await maker.obtain(
    previewOwner,
    {
      text: `Hello, I am ${voice.name}. This is how I sound when I read your words aloud.`,
      voice: voice.id,
      speed: 1,
      locale: voice.language === 'en-GB' ? 'en-GB' : 'en-US',
      format: 'mp3',
      sampleRate: 24_000,
    },
    { requestId: `preview-${voice.id}`, exactly: false, live: false },
  );
  if (found.cache === 'hit') {
    const { speech } = found;
    return { contentType: speech.details.contentType, body: speech.body('file') };
  }
  const { details, body } = await takeWhole(found.flight, signal);
  return { contentType: details.contentType, body };
}
