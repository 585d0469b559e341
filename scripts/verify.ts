// npm run verify: everything that can be said of the source without running the product.
import { closingLine, runChecks } from './checks/run-checks.ts';

const tally = await runChecks(
  [
    { name: 'format and lint', command: ['biome', 'check', '--error-on-warnings'] },
    { name: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
  ],
  2,
);
console.log(closingLine(tally));
process.exitCode = tally.failed === 0 ? 0 : 1;
