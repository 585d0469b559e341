import { AccountApp, password } from '../apps/server/tests/account-app.ts';
import { median } from './contender.ts';
import { type Cost, costOf } from './cost.ts';
import { atMost, type Result } from './result.ts';

const callsPerRound = 20;
/** Until the code of a log-in is compiled, as it is in a server that has run for a while. */
const warmUpRounds = 8;
const goal = 1.2;

/**
 * A log-in over the route against the bare check of the same hash. The throttle is in it: it counts each
 * try before the password is looked at and takes the count back after. Nothing waits on purpose, as
 * routes do that must not tell by their time whether an account exists: here the hash does it.
 */
export async function benchLogIn(rounds: number): Promise<Result[]> {
  const server = await AccountApp.open();
  const { verify } = await import('@node-rs/argon2');
  try {
    const { email } = await server.createAccount();
    const { hash } = await server.database.db
      .selectFrom('users')
      .select('password_hash as hash')
      .where('email', '=', email)
      .executeTakeFirstOrThrow();
    const ours: Cost[] = [];
    const theirs: Cost[] = [];
    for (let round = -warmUpRounds; round < rounds; round += 1) {
      const costs = [
        await costOf(callsPerRound, () => server.logIn(email)),
        await costOf(callsPerRound, () => verify(hash ?? '', password)),
      ] as const;
      if (round < 0) continue;
      ours.push(costs[0]);
      theirs.push(costs[1]);
    }
    const row = (what: string, of: (cost: Cost) => number): Result => {
      const [mine, bare] = [median(ours.map(of)), median(theirs.map(of))];
      return {
        benchmark: 'log-in',
        name: `${what} of a log-in, against argon2 alone`,
        ours: `${(mine / 1000).toFixed(1)} ms`,
        peer: `${(bare / 1000).toFixed(1)} ms`,
        ...atMost(mine / bare, goal),
      };
    };
    return [
      row('wall time', ({ wallMicros }) => wallMicros),
      row('CPU time', ({ cpuMicros }) => cpuMicros),
    ];
  } finally {
    await server.close();
  }
}
