import { concatBytes } from './byte-collector.ts';
import { describeOrigin, discloseOrigin, maker } from './disclosure.ts';
import type { AudioTags } from './encoder.ts';

const textEncoder = new TextEncoder();
const utf8Marker = 3;

/** An ID3v2.4 tag (id3.org/id3v2.4.0-structure), which MP3 and ADTS files carry in front. */
export function encodeId3(tags: AudioTags): Uint8Array {
  const body = concatBytes([
    encodeFrame('TSSE', maker),
    encodeFrame('TPE1', `${maker} (AI-generated voice ${tags.voice})`),
    encodeFrame('COMM', `\0${discloseOrigin(tags)}`, 'eng'),
    ...describeOrigin(tags).map(([name, value]) => encodeFrame('TXXX', `${name}\0${value}`)),
  ]);
  const header = Uint8Array.of(0x49, 0x44, 0x33, 4, 0, 0, ...encodeSyncsafe(body.length));
  return concatBytes([header, body]);
}

function encodeFrame(id: string, text: string, language = ''): Uint8Array {
  const content = concatBytes([
    Uint8Array.of(utf8Marker),
    textEncoder.encode(language),
    textEncoder.encode(text),
  ]);
  const header = [...textEncoder.encode(id), ...encodeSyncsafe(content.length), 0, 0];
  return concatBytes([Uint8Array.from(header), content]);
}

function encodeSyncsafe(value: number): number[] {
  return [21, 14, 7, 0].map((shift) => (value >>> shift) & 0x7f);
}
