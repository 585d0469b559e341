import { maxHeaderBytes, unknownSize, WavStreamParser } from './wav-stream.ts';

/**
 * Gives a streamed WAV the sizes that its header could not know: of the RIFF
 * chunk and of its samples. Changes `bytes` in place.
 */
export function sealStreamedWav(bytes: Uint8Array): void {
  const parser = new WavStreamParser();
  parser.push(bytes.subarray(0, maxHeaderBytes));
  const dataOffset = parser.format?.dataOffset;
  if (dataOffset === undefined) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const size = view.getUint32(dataOffset - 4, true);
  if (size !== 0 && size !== unknownSize) return;
  view.setUint32(4, bytes.length - 8, true);
  view.setUint32(dataOffset - 4, bytes.length - dataOffset, true);
}

/** A mono 16-bit WAV file of float samples (−1..1) given in chunks. */
export function encodeWav(
  chunks: readonly Float32Array[],
  sampleRate: number,
): Uint8Array<ArrayBuffer> {
  const count = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const bytes = new Uint8Array(44 + count * 2);
  const view = new DataView(bytes.buffer);
  writeAscii(bytes, 0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  writeAscii(bytes, 8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  writeAscii(bytes, 36, 'data');
  view.setUint32(40, count * 2, true);
  let offset = 44;
  for (const chunk of chunks) {
    for (const sample of chunk) {
      view.setInt16(
        offset,
        Math.round(Math.max(-1, Math.min(sample, 32767 / 32768)) * 32768),
        true,
      );
      offset += 2;
    }
  }
  return bytes;
}

function writeAscii(bytes: Uint8Array, offset: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[offset + i] = text.charCodeAt(i);
}
