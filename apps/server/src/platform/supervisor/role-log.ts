import { join } from 'node:path';
import { createStream } from 'rotating-file-stream';
import { z } from 'zod';

/** Where the lines of child processes go: to files of bounded size. */
export interface RoleLogs {
  write(name: string, line: string): void;
  close(): Promise<void>;
}

export function openRoleLogs(logsDir: string): RoleLogs {
  const streams = new Map<string, ReturnType<typeof createStream>>();
  return {
    write(name, line) {
      let stream = streams.get(name);
      if (!stream) {
        stream = createStream(`${name}.log`, {
          path: logsDir,
          size: '5M',
          maxFiles: 3,
          mode: 0o600,
          history: `.${name}.history`,
        });
        // A full disk must not take the service down with its log.
        stream.on('error', () => {});
        streams.set(name, stream);
      }
      stream.write(`${line}\n`);
    },
    async close() {
      await Promise.all(
        [...streams.values()].map((stream) => new Promise<void>((done) => stream.end(done))),
      );
    },
  };
}

export function logFileOf(logsDir: string, name: string): string {
  return join(logsDir, `${name}.log`);
}

const logLineSchema = z.object({
  level: z.string(),
  msg: z.string(),
  err: z.object({ message: z.string() }).optional(),
});
/** Pino writes the level first, so that the many lines that are not shown need no parsing. */
const shownLevel = /^\{"level":"(?:warn|error|fatal)"/;

/** A warning or error as one line for a person; undefined for anything that stays in the file. */
export function describeForConsole(line: string): string | undefined {
  if (!shownLevel.test(line)) return undefined;
  const parsed = logLineSchema.safeParse(parseJson(line));
  if (!parsed.success) return undefined;
  const { level, msg, err } = parsed.data;
  return `${level}: ${msg}${err ? `: ${err.message}` : ''}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
