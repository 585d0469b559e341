const maxNameLength = 40;

/**
 * The candidate that `name` was most likely meant to be: the smallest edit distance (Damerau's
 * optimal string alignment) relative to the longer of the two; undefined when over half differs.
 */
export function findNearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase().slice(0, maxNameLength);
  let best: string | undefined;
  let bestRatio = 0.5;
  for (const candidate of candidates) {
    const ratio = editDistance(wanted, candidate) / Math.max(wanted.length, candidate.length);
    if (ratio >= bestRatio) continue;
    best = candidate;
    bestRatio = ratio;
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = a[row - 1] === b[column - 1] ? 0 : 1;
      const swapped =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + substitution,
        swapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
