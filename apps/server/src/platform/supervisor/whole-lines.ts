import type { Readable } from 'node:stream';

/**
 * Hands over what a stream says in whole lines, all that have come together at once: a busy process
 * prints hundreds in one piece. What the end cuts off becomes a line too.
 */
export function readWholeLines(stream: Readable, take: (lines: string) => void): void {
  let begun = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const end = text.lastIndexOf('\n') + 1;
    if (end > 0) take(begun + text.slice(0, end));
    begun = end > 0 ? text.slice(end) : begun + text;
  });
  stream.once('end', () => {
    if (begun !== '') take(`${begun}\n`);
  });
}
