import { AccountApp, password } from '../apps/server/tests/account-app.ts';
import { median } from './contender.ts';
import { type Cost, costsInTurns } from './cost.ts';
import { atMost, type Result } from './result.ts';

const callsPerRound = 20;
/** Until the code of a log-in is compiled, as it is in a server that has run for a while. */
const warmUpLogIns = 2_000;
const warmUpAtOnce = 4;
const goal = 1.2;

/**
 * A log-in over the route against the bare check of the same hash. The throttle is in it: it counts each
 * try before the password is looked at and takes the count back after. Nothing waits on purpose, as
 * routes do that must not tell by their time whether an account exists: here the hash does it. The two
 * take turns call by call: to both the caches of the processor are as the other left them.
 */
export async function benchLogIn(rounds: number): Promise<Result[]> {
  const server = await AccountApp.open();
  const { verify } = await import('@node-rs/argon2');
  try {
    const { email } = await server.createAccount();
    const stored = await passwordHashOf(server, email);
    for (let i = 0; i < warmUpLogIns; i += warmUpAtOnce) {
      await Promise.all(Array.from({ length: warmUpAtOnce }, () => server.logIn(email)));
    }
    const ours: Cost[] = [];
    const theirs: Cost[] = [];
    // The first round is of the time before both are as they stay.
    for (let round = -1; round < rounds; round += 1) {
      const [mine, bare] = await costsInTurns(callsPerRound, [
        () => server.logIn(email),
        () => verify(stored, password),
      ]);
      if (round < 0) continue;
      ours.push(mine);
      theirs.push(bare);
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

async function passwordHashOf({ database }: AccountApp, email: string): Promise<string> {
  const { hash } = await database.db
    .selectFrom('users')
    .select('password_hash as hash')
    .where('email', '=', email)
    .executeTakeFirstOrThrow();
  return hash ?? '';
}
