import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Registry } from 'prom-client';
import { afterEach, expect, it, vi } from 'vitest';
import { addGpuMetrics } from './gpus.ts';

const folders: string[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

/** What is told while `nvidia-smi` is this shell script; undefined: there is none. */
async function tellWith(script: string | undefined): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vf-gpu-'));
  folders.push(folder);
  if (script !== undefined) {
    const program = join(folder, 'nvidia-smi');
    await writeFile(program, `#!/bin/sh\n${script}\n`);
    await chmod(program, 0o755);
  }
  vi.stubEnv('PATH', script === undefined ? folder : `${folder}${delimiter}${process.env.PATH}`);
  const registry = new Registry();
  addGpuMetrics(registry);
  const text = await registry.metrics();
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

it('tells what the driver says of each GPU', async () => {
  const asked =
    '--query-gpu=index,utilization.gpu,memory.used,memory.total,temperature.gpu --format=csv,noheader,nounits';
  const told = await tellWith(
    `[ "$*" = "${asked}" ] && printf '0, 87, 1024, 81559, 61\\n1, 0, 3, 81559, 30\\n'`,
  );
  expect(told).toEqual([
    'voiceflow_gpu_utilization_percent{gpu_id="0"} 87',
    'voiceflow_gpu_utilization_percent{gpu_id="1"} 0',
    `voiceflow_gpu_memory_used_bytes{gpu_id="0"} ${1024 * 1024 * 1024}`,
    `voiceflow_gpu_memory_used_bytes{gpu_id="1"} ${3 * 1024 * 1024}`,
    `voiceflow_gpu_memory_total_bytes{gpu_id="0"} ${81_559 * 1024 * 1024}`,
    `voiceflow_gpu_memory_total_bytes{gpu_id="1"} ${81_559 * 1024 * 1024}`,
    'voiceflow_gpu_temperature_celsius{gpu_id="0"} 61',
    'voiceflow_gpu_temperature_celsius{gpu_id="1"} 30',
  ]);
});

it('leaves out what the driver does not know', async () => {
  expect(await tellWith("printf '0, [N/A], 1, [Not Supported], 61\\n'")).toEqual([
    `voiceflow_gpu_memory_used_bytes{gpu_id="0"} ${1024 * 1024}`,
    'voiceflow_gpu_temperature_celsius{gpu_id="0"} 61',
  ]);
});

it.each([
  ['there is no driver', undefined],
  ['the driver fails', 'echo "0, 1, 1, 1, 1"; exit 9'],
  ['the driver hangs', 'exec sleep 600'],
  ['the driver never ends talking', 'exec yes "0, 1, 1, 1, 1"'],
])('tells nothing, rather than zeros, when %s', async (_case, script) => {
  expect(await tellWith(script)).toEqual([]);
});
