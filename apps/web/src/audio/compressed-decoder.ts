import { ADTS, AudioSampleSink, FLAC, Input, MP3, OGG, ReadableStreamSource } from 'mediabunny';
import type { DecodedAudio } from './decode-stream.ts';

/** Decodes MP3, AAC, FLAC or Ogg-Opus while its bytes arrive (WebCodecs does the codec). */
export async function* decodeCompressed(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<DecodedAudio, void, void> {
  using input = new Input({
    source: new ReadableStreamSource(stream),
    formats: [MP3, ADTS, FLAC, OGG],
  });
  const track = await input.getPrimaryAudioTrack();
  if (!track) return;
  for await (const sample of new AudioSampleSink(track).samples()) {
    const samples = new Float32Array(sample.numberOfFrames);
    sample.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
    const { sampleRate } = sample;
    sample.close();
    yield { samples, sampleRate };
  }
}

/** Decodes a whole file at once: for browsers, and pages not served securely, without WebCodecs. */
export async function decodeWhole(file: Blob, sampleRate: number): Promise<DecodedAudio> {
  const context = new OfflineAudioContext(1, 1, sampleRate);
  const buffer = await context.decodeAudioData(await file.arrayBuffer());
  return { samples: buffer.getChannelData(0), sampleRate: buffer.sampleRate };
}
