/** The least that the supervisor needs of the jobs: they live until their parent does not. */
import { stopWithParent } from '../../src/platform/supervisor/role-lifecycle.ts';

stopWithParent(async () => {});
setInterval(() => {}, 1_000);
