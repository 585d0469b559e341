import { ByteCollector, concatBytes } from '../byte-collector.ts';
import { discloseOrigin, maker } from '../disclosure.ts';
import type { AudioTags, Encoder, FormatOptions } from '../encoder.ts';
import { encodePcm16 } from '../pcm16.ts';

/** Players read a stream of this size to its end. */
const unknownSize = 0xffffffff;
const bytesPerSample = 2;
const textEncoder = new TextEncoder();

/** RIFF WAVE, 16-bit PCM mono, with the disclosure in a LIST INFO chunk before the samples. */
export function createWavEncoder({ sampleRate, tags }: FormatOptions): Encoder {
  const output = new ByteCollector();
  const header = encodeHeader(sampleRate, tags);
  output.push(header);
  return {
    contentType: 'audio/wav',
    extension: 'wav',
    async encode(samples) {
      output.push(encodePcm16(samples));
      return output.take();
    },
    async finish() {
      const fileSize = output.totalLength;
      const tail = output.take();
      if (fileSize - 8 > unknownSize) return { tail, patches: [] };
      return {
        tail,
        patches: [
          { offset: 4, bytes: encodeUint32(fileSize - 8) },
          { offset: header.length - 4, bytes: encodeUint32(fileSize - header.length) },
        ],
      };
    },
    close: () => {},
  };
}

function encodeHeader(sampleRate: number, tags: AudioTags): Uint8Array {
  const format = new Uint8Array(16);
  const view = new DataView(format.buffer);
  view.setUint16(0, 1, true);
  view.setUint16(2, 1, true);
  view.setUint32(4, sampleRate, true);
  view.setUint32(8, sampleRate * bytesPerSample, true);
  view.setUint16(12, bytesPerSample, true);
  view.setUint16(14, 8 * bytesPerSample, true);
  const info = concatBytes([
    textEncoder.encode('INFO'),
    encodeText('ISFT', maker),
    encodeText('IART', `${maker} (AI-generated voice ${tags.voice})`),
    encodeText('ICMT', discloseOrigin(tags)),
  ]);
  return concatBytes([
    textEncoder.encode('RIFF'),
    encodeUint32(unknownSize),
    textEncoder.encode('WAVE'),
    encodeChunk('fmt ', format),
    encodeChunk('LIST', info),
    textEncoder.encode('data'),
    encodeUint32(unknownSize),
  ]);
}

function encodeText(id: string, text: string): Uint8Array {
  return encodeChunk(id, textEncoder.encode(`${text}\0`));
}

function encodeChunk(id: string, content: Uint8Array): Uint8Array {
  const padding = new Uint8Array(content.length % 2);
  return concatBytes([textEncoder.encode(id), encodeUint32(content.length), content, padding]);
}

function encodeUint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
