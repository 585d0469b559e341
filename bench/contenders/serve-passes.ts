import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';

/**
 * The contender's side of the protocol: one pass for each line on standard input, answered by one
 * line of JSON. `pass` gets the line and answers how many seconds of audio it made.
 */
export async function servePasses(pass: (line: string) => Promise<number>): Promise<void> {
  console.log('ready');
  for await (const line of createInterface({ input: process.stdin })) {
    const startedAt = performance.now();
    const cpuBefore = process.cpuUsage();
    const audioSeconds = await pass(line);
    const { user, system } = process.cpuUsage(cpuBefore);
    const wallSeconds = (performance.now() - startedAt) / 1000;
    console.log(JSON.stringify({ audioSeconds, wallSeconds, cpuSeconds: (user + system) / 1e6 }));
  }
}
