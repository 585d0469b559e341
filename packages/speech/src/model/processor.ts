import { readFile } from 'node:fs/promises';
import { arch, cpus } from 'node:os';
import { env } from 'onnxruntime-node';

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
  const runtime = `onnxruntime ${env.versions.node ?? env.versions.common}`;
  return [arch(), cpus()[0]?.model ?? 'unknown', ...(await instructionSets()), runtime].join(' ');
}

/** Clouds call many processors by one name, so the name alone does not tell them apart. */
async function instructionSets(): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const information = await readFile('/proc/cpuinfo', 'utf8');
  const flags = new Set(/^(?:flags|Features)\s*:(.*)$/m.exec(information)?.[1]?.trim().split(' '));
  return decisive.filter((name) => flags.has(name));
}
