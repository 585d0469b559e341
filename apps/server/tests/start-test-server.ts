/**
 * Starts database, api and worker for a tool outside (a fuzzer, a benchmark, a browser), prints
 * `{"url": …, "key": …}` on one line when it is ready, and runs until it is told to end.
 */
import { Roles } from './roles.ts';

const roles = await Roles.prepare();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void roles.stop().then(() => process.exit(0)));
}
await roles.startAll();
process.stdout.write(`${JSON.stringify({ url: roles.url, key: roles.key })}\n`);
