import type { Log } from '../platform/log.ts';

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
  const writeNowAndThen = nowAndThen((line) => stream.write(`${line}\n`));
  return {
    say(line) {
      stream.write(`${open ? '\n' : ''}${line}\n`);
      open = false;
    },
    progress(line) {
      if (stream.isTTY) {
        stream.write(`\r\x1b[2K${line.slice(0, Math.max(20, stream.columns - 1))}`);
        open = true;
      } else {
        writeNowAndThen(line);
      }
    },
  };
}

/** Lines of a log, for a role that nobody watches. */
export function openLogTerminal(log: Log): Terminal {
  const say = (line: string) => log.info({}, line);
  return { say, progress: nowAndThen(say) };
}

function nowAndThen(say: (line: string) => void): (line: string) => void {
  let saidAtMs = Number.NEGATIVE_INFINITY;
  return (line) => {
    if (performance.now() - saidAtMs < pauseInFilesMs) return;
    saidAtMs = performance.now();
    say(line);
  };
}
