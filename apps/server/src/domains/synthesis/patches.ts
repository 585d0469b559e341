import type { FilePatch } from './job.ts';

/** Puts the fields of a finished file into a chunk that starts at `chunkOffset` of it, in place. */
export function patchChunk(
  chunk: Buffer,
  chunkOffset: number,
  patches: readonly FilePatch[],
): void {
  for (const { offset, bytes: base64 } of patches) {
    const bytes = Buffer.from(base64, 'base64');
    const from = Math.max(offset, chunkOffset);
    const to = Math.min(offset + bytes.length, chunkOffset + chunk.length);
    if (from < to) bytes.copy(chunk, from - chunkOffset, from - offset, to - offset);
  }
}
