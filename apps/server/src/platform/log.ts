import { type DestinationStream, pino } from 'pino';
import { redactSecrets } from './secrets-in-text.ts';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface Log {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  info(fields: object, message: string): void;
  debug(fields: object, message: string): void;
  child(fields: object): Log;
}

/**
 * A logger of JSON lines on stdout. Credentials never reach a line, whoever logs what. Lines
 * are written in batches, at the latest after 200 ms: one write for each would cost a busy API a
 * tenth of its time.
 */
export function createLog(
  options: { role: string; level: LogLevel },
  destination?: DestinationStream,
): Log {
  return pino(
    {
      level: options.level,
      base: { role: options.role },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: redactSecrets },
    },
    destination ?? pino.destination({ dest: 1, sync: false, minLength: 8192, periodicFlush: 200 }),
  );
}

/** Drops everything; for tests and commands whose output is for a person. */
export const silentLog: Log = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => silentLog,
};
