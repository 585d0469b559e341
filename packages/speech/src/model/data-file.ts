import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const directory = new URL('../../data/', import.meta.url);

/** What every header says of the values beside it. */
export const dataHeaderSchema = z.object({
  description: z.string(),
  tool: z.string(),
  /** sha256 of the published model that the values were made for. */
  modelSha256: z.string(),
  valuesSha256: z.string(),
});

/** Where a header (`<name>.json`) and its values (`<name>.bin`) lie in this package. */
export function dataFiles(name: string): { header: URL; values: URL } {
  return {
    header: new URL(`${name}.json`, directory),
    values: new URL(`${name}.bin`, directory),
  };
}

/** Reads a header and its values. @throws when they do not belong together */
export async function readDataFile<Header extends { valuesSha256: string }>(
  name: string,
  schema: z.ZodType<Header>,
): Promise<{ header: Header; values: Buffer }> {
  const files = dataFiles(name);
  const [headerBytes, values] = await Promise.all([readFile(files.header), readFile(files.values)]);
  const header = schema.parse(JSON.parse(headerBytes.toString('utf8')));
  if (createHash('sha256').update(values).digest('hex') !== header.valuesSha256) {
    throw new Error(`${files.values.pathname} is not the file its header describes`);
  }
  return { header, values };
}
