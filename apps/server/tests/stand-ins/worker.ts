/** The least that the supervisor needs of a worker: it lives until its parent does not. */
import { stopWithParent } from '../../src/platform/supervisor/role-lifecycle.ts';

stopWithParent(async () => {});
process.stdout.write(`${JSON.stringify({ level: 'info', msg: process.env.KOKORO_MODEL_FILE })}\n`);
setInterval(() => {}, 1_000);
