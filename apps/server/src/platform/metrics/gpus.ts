import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Registry } from 'prom-client';
import { addPolledGauge } from './polled.ts';

const query = ['index', 'utilization.gpu', 'memory.used', 'memory.total', 'temperature.gpu'];
const timeoutMs = 2_000;
/** Several gauges are read at once, and several may ask. */
const keptMs = 1_000;
/** Where there is none, or it hangs, it is not looked for at every turn. */
const pauseAfterFailureMs = 60_000;
const mebibyte = 1024 * 1024;

interface Gpu {
  readonly id: string;
  /** In the order of `query`, without the index; NaN where the driver does not know. */
  readonly figures: readonly number[];
}

/** Asks the NVIDIA driver about the GPUs of this machine. */
async function queryGpus(): Promise<readonly Gpu[]> {
  const { stdout } = await promisify(execFile)(
    'nvidia-smi',
    [`--query-gpu=${query.join(',')}`, '--format=csv,noheader,nounits'],
    { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 },
  );
  return stdout
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [id = '', ...figures] = line.split(',').map((cell) => cell.trim());
      return { id, figures: figures.map((cell) => (cell === '' ? Number.NaN : Number(cell))) };
    });
}

/** Adds the GPUs of this machine; where there are none, there are no series. */
export function addGpuMetrics(register: Registry): void {
  let last: Promise<readonly Gpu[]> = Promise.resolve([]);
  let askAgainAtMs = 0;
  function readGpus(): Promise<readonly Gpu[]> {
    if (performance.now() < askAgainAtMs) return last;
    askAgainAtMs = Number.POSITIVE_INFINITY;
    last = queryGpus().then(
      (gpus) => {
        askAgainAtMs = performance.now() + keptMs;
        return gpus;
      },
      () => {
        askAgainAtMs = performance.now() + pauseAfterFailureMs;
        return [];
      },
    );
    return last;
  }
  function add(name: string, help: string, figure: number, factor = 1): void {
    addPolledGauge(register, {
      name: `voiceflow_gpu_${name}`,
      help,
      labelNames: ['gpu_id'],
      read: async () =>
        (await readGpus()).flatMap(({ id, figures }) => {
          const value = figures[figure] ?? Number.NaN;
          return Number.isFinite(value) ? [{ labels: { gpu_id: id }, value: value * factor }] : [];
        }),
    });
  }
  add('utilization_percent', 'GPU utilization percentage', 0);
  add('memory_used_bytes', 'GPU memory used', 1, mebibyte);
  add('memory_total_bytes', 'GPU memory there is', 2, mebibyte);
  add('temperature_celsius', 'GPU temperature', 3);
}
