import { registerAacEncoder } from '@mediabunny/aac-encoder';
import { AdtsOutputFormat, AudioSample, AudioSampleSource, NullTarget, Output } from 'mediabunny';
import { ByteCollector } from '../byte-collector.ts';
import type { Encoder, FormatOptions } from '../encoder.ts';
import { encodeId3 } from '../id3.ts';

const samplesPerPacket = 1024;
/** Bits per second that FFmpeg's encoder aims at for mono speech. */
const bitrates: Record<number, number> = {
  8000: 32_000,
  16000: 48_000,
  22050: 64_000,
  24000: 64_000,
  44100: 96_000,
  48000: 96_000,
};

/** ISO 14496-3, table 1.18: a rate's index. */
const rateIndices: Record<number, number> = {
  48000: 3,
  44100: 4,
  24000: 6,
  22050: 7,
  16000: 8,
  8000: 11,
};
const adtsHeaderLength = 7;

registerAacEncoder();

/**
 * AAC-LC in ADTS by FFmpeg's encoder, mono, behind an ID3v2.4 tag (which players and HLS expect
 * there). ADTS cannot say what to drop: decoded, it is one packet of silence longer in front and
 * up to one packet at the end.
 */
export async function createAacEncoder({ sampleRate, tags }: FormatOptions): Promise<Encoder> {
  const bytes = new ByteCollector();
  bytes.push(encodeId3(tags));
  let sampleCount = 0;
  let packetCount = 0;
  let notifyPacket = () => {};
  const source = new AudioSampleSource({
    codec: 'aac',
    bitrate: bitrates[sampleRate],
    onEncodedPacket(packet) {
      bytes.push(encodeAdtsHeader(sampleRate, packet.data.length));
      bytes.push(packet.data);
      packetCount++;
      notifyPacket();
    },
  });
  const output = new Output({ format: new AdtsOutputFormat(), target: new NullTarget() });
  output.addAudioTrack(source);
  await output.start();

  return {
    contentType: 'audio/aac',
    extension: 'aac',
    async encode(samples) {
      if (samples.length > 0) {
        const sample = new AudioSample({
          data: samples,
          format: 'f32',
          numberOfChannels: 1,
          sampleRate,
          timestamp: sampleCount / sampleRate,
        });
        sampleCount += samples.length;
        await source.add(sample);
        sample.close();
        // The encoder works in its own thread and holds one packet back; the rest comes now.
        while (packetCount < Math.floor(sampleCount / samplesPerPacket) - 1) {
          await new Promise<void>((resolve) => {
            notifyPacket = resolve;
          });
        }
      }
      return bytes.take();
    },
    async finish() {
      if (sampleCount > 0) await output.finalize();
      else await output.cancel();
      return { tail: bytes.take(), patches: [] };
    },
    close() {
      if (output.state === 'started') void output.cancel();
    },
  };
}

/** ISO 13818-7, 6.2: MPEG-4, no CRC, AAC-LC, one channel, variable rate, one packet. */
function encodeAdtsHeader(sampleRate: number, packetLength: number): Uint8Array {
  const length = adtsHeaderLength + packetLength;
  return Uint8Array.of(
    0xff,
    0xf1,
    (1 << 6) | (rateIndices[sampleRate] << 2),
    (1 << 6) | (length >> 11),
    length >> 3,
    (length << 5) | 0x1f,
    0xfc,
  );
}
