import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createEncoder } from 'wasm-media-encoders';
import { ByteCollector, concatBytes } from '../byte-collector.ts';
import type { Encoder, FormatOptions } from '../encoder.ts';
import { encodeId3 } from '../id3.ts';
import { encodeInfoFrame, measureFrame } from './mp3-frame.ts';

/** Constant rates in kbit/s for mono speech, each in its MPEG version's table. */
const bitrates: Record<number, 32 | 48 | 64 | 96> = {
  8000: 32,
  16000: 48,
  22050: 64,
  24000: 64,
  44100: 96,
  48000: 96,
};
/** LAME's own buffer grows with what it is given at once. */
const maxSamplesPerCall = 24_000;

/** LAME lowers what it is given by its default `scale` of 0.95; this undoes it. */
const levelCorrection = 1 / 0.95;

let lameWasm: Promise<Uint8Array> | undefined;

/**
 * MP3 by LAME, mono, constant rate. In front: the ID3v2.4 tag and an Info frame, by which players
 * drop the encoder's delay; the patch adds the frame count, the length and the padding at the end.
 */
export async function createMp3Encoder({ sampleRate, tags }: FormatOptions): Promise<Encoder> {
  lameWasm ??= readLame();
  const lame = await createEncoder('audio/mpeg', await lameWasm);
  lame.configure({ sampleRate, channels: 1, bitrate: bitrates[sampleRate] });
  const output = new ByteCollector();
  const id3 = encodeId3(tags);
  output.push(id3);
  let sampleCount = 0;
  let frameCount = 0;
  let firstHeader: Uint8Array | undefined;
  let partialFrame: Uint8Array = new Uint8Array();

  /** LAME's output is cut anywhere; only whole frames are passed on. */
  const pushFrames = (bytes: Uint8Array) => {
    partialFrame = concatBytes([partialFrame, bytes]);
    while (partialFrame.length >= 4) {
      const { byteLength } = measureFrame(partialFrame);
      if (partialFrame.length < byteLength) return;
      if (!firstHeader) {
        firstHeader = partialFrame.subarray(0, 4);
        output.push(encodeInfoFrame(firstHeader));
      }
      output.push(partialFrame.subarray(0, byteLength));
      partialFrame = partialFrame.subarray(byteLength);
      frameCount++;
    }
  };

  return {
    contentType: 'audio/mpeg',
    extension: 'mp3',
    async encode(samples) {
      sampleCount += samples.length;
      for (let offset = 0; offset < samples.length; offset += maxSamplesPerCall) {
        const part = samples.subarray(offset, offset + maxSamplesPerCall);
        pushFrames(lame.encode([part.map((sample) => sample * levelCorrection)]));
      }
      return output.take();
    },
    async finish() {
      pushFrames(lame.finalize());
      const byteLength = output.totalLength - id3.length;
      const tail = output.take();
      if (!firstHeader) return { tail, patches: [] };
      const totals = { frameCount, byteLength, sampleCount };
      return {
        tail,
        patches: [{ offset: id3.length, bytes: encodeInfoFrame(firstHeader, totals) }],
      };
    },
    close: () => {},
  };
}

function readLame(): Promise<Uint8Array> {
  return readFile(createRequire(import.meta.url).resolve('wasm-media-encoders/wasm/mp3'));
}
