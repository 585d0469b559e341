// npm run check:deploy: what is deployed, checked without deploying it. Needs Go and Python, so it
// stays out of npm test.
import { closingLine, runChecks } from './checks/run-checks.ts';

const tally = await runChecks([], 2);
console.log(closingLine(tally));
process.exitCode = tally.failed === 0 ? 0 : 1;
