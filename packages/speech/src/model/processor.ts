import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, cpus } from 'node:os';
import { z } from 'zod';

/** Instruction sets that decide how fast, and on some how exactly, 8-bit products are computed. */
const decisive = [
  'avx2',
  'avx512f',
  'avx_vnni',
  'avx512_vnni',
  'amx_int8',
  'asimddp',
  'i8mm',
  'sve',
];

/** What a measurement of speed holds for: this processor and this version of the runtime. */
export async function processorName(): Promise<string> {
  const runtime = `onnxruntime ${await runtimeVersion()}`;
  return [arch(), cpus()[0]?.model ?? 'unknown', ...(await instructionSets()), runtime].join(' ');
}

/** Read from its package: to load the runtime for it would take its memory, too. */
async function runtimeVersion(): Promise<string> {
  const file = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  return z.object({ version: z.string() }).parse(JSON.parse(await readFile(file, 'utf8'))).version;
}

/** Clouds call many processors by one name, so the name alone does not tell them apart. */
async function instructionSets(): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const information = await readFile('/proc/cpuinfo', 'utf8');
  const flags = new Set(/^(?:flags|Features)\s*:(.*)$/m.exec(information)?.[1]?.trim().split(' '));
  return decisive.filter((name) => flags.has(name));
}
