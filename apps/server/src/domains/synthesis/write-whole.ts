/** What of a `FileHandle` is needed. */
interface Writable {
  write(
    bytes: Buffer,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesWritten: number }>;
}

/**
 * Writes all of it. A disk that is nearly full takes a part, and then nothing: `makeRoom` is asked
 * for more, and answers whether there is any.
 */
export async function writeWhole(
  handle: Writable,
  { bytes, position }: { bytes: Buffer; position: number },
  makeRoom: () => Promise<boolean>,
): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    try {
      const left = bytes.subarray(written);
      const taken = await handle.write(left, 0, left.length, position + written);
      written += taken.bytesWritten;
    } catch (error) {
      if (!isDiskFull(error) || !(await makeRoom())) throw error;
    }
  }
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC';
}
