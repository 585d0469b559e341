import type { DecodedAudio } from './decode-stream.ts';
import type { Framer } from './framers/framer.ts';

/** Decodes packets as `framer` finds them, by the browser's own codecs (WebCodecs). */
export function decodeFramed(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  framer: Framer,
): ReadableStream<DecodedAudio> {
  let decoder: AudioDecoder | undefined;
  let packetNumber = 0;

  const decode = (packets: Uint8Array<ArrayBuffer>[]) => {
    if (decoder?.state === 'unconfigured' && framer.config) decoder.configure(framer.config);
    for (const data of packets) {
      // Order is all that a timestamp says here.
      decoder?.decode(new EncodedAudioChunk({ type: 'key', timestamp: packetNumber++, data }));
    }
  };

  return stream.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, DecodedAudio>(
      {
        start(controller) {
          decoder = new AudioDecoder({
            output(data) {
              const audio = copySamples(data);
              try {
                controller.enqueue(audio);
              } catch {
                // The stream was cancelled or broke off: what is still being decoded is not wanted.
                if (decoder?.state !== 'closed') decoder?.close();
              }
            },
            error: (error) => controller.error(error),
          });
        },
        transform: (bytes) => decode(framer.push(bytes)),
        async flush() {
          decode(framer.finish());
          await decoder?.flush();
        },
      },
      undefined,
      new CountQueuingStrategy({ highWaterMark: 256 }),
    ),
  );
}

function copySamples(data: AudioData): DecodedAudio {
  const samples = new Float32Array(data.numberOfFrames);
  data.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
  const { sampleRate } = data;
  data.close();
  return { samples, sampleRate };
}

/** Decodes a whole file at once: for pages not served securely, which have no WebCodecs. */
export async function decodeWhole(file: Blob, sampleRate: number): Promise<DecodedAudio> {
  const context = new OfflineAudioContext(1, 1, sampleRate);
  const buffer = await context.decodeAudioData(await file.arrayBuffer());
  return { samples: buffer.getChannelData(0), sampleRate: buffer.sampleRate };
}
