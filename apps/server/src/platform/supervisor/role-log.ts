import { join } from 'node:path';
import { createStream } from 'rotating-file-stream';
import { z } from 'zod';

/** Where the lines of child processes go: to files of bounded size. */
export interface RoleLogs {
  write(name: string, lines: string): void;
  close(): Promise<void>;
}

export function openRoleLogs(logsDir: string): RoleLogs {
  const streams = new Map<string, ReturnType<typeof createStream>>();
  return {
    write(name, lines) {
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
      stream.write(lines);
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
const shownLine = /^\{"level":"(?:warn|error|fatal)".*$/gm;

/** Warnings and errors among lines, each as one line for a person; all else stays in the file. */
export function describeForConsole(lines: string): string[] {
  return (lines.match(shownLine) ?? []).flatMap((line) => describeLine(line) ?? []);
}

function describeLine(line: string): string | undefined {
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
