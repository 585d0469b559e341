/** The frames of each token that lie within `kept` frames from `first` on; they add up to `kept`. */
export function keptFrames(
  tokenFrames: Float32Array,
  { first, kept }: { readonly first: number; readonly kept: number },
): Float32Array {
  let begin = -first;
  return tokenFrames.map((frames) => {
    const end = begin + frames;
    const inside = Math.max(0, Math.min(end, kept) - Math.max(begin, 0));
    begin = end;
    return inside;
  });
}
