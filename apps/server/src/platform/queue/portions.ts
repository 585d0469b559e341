const maxBytesPerPortion = 64 * 1024;

/** Cuts what is to be sent, so that no message is large. */
export function* portionsOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += maxBytesPerPortion) {
    yield bytes.subarray(at, at + maxBytesPerPortion);
  }
}
