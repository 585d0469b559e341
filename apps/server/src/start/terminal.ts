/** What the person at the terminal sees of a start: lines, and one line of progress at a time. */
export interface Terminal {
  say(line: string): void;
  /** Progress of a long step; on a terminal it overwrites itself, in a file it is said now and then. */
  progress(line: string): void;
}

const pauseInFilesMs = 5_000;

export function openTerminal(stream: NodeJS.WriteStream): Terminal {
  // Whoever read our output may be gone; that is no reason to stop serving.
  stream.on('error', () => {});
  let open = false;
  let saidAtMs = Number.NEGATIVE_INFINITY;
  return {
    say(line) {
      stream.write(`${open ? '\n' : ''}${line}\n`);
      open = false;
    },
    progress(line) {
      if (stream.isTTY) {
        stream.write(`\r\x1b[2K${line.slice(0, Math.max(20, stream.columns - 1))}`);
        open = true;
      } else if (performance.now() - saidAtMs >= pauseInFilesMs) {
        saidAtMs = performance.now();
        stream.write(`${line}\n`);
      }
    },
  };
}
