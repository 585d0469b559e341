export interface Cost {
  readonly wallMicros: number;
  readonly cpuMicros: number;
}

/** What one call costs, of many in a row. */
export async function costOf(calls: number, call: () => Promise<unknown>): Promise<Cost> {
  const start = performance.now();
  const before = process.cpuUsage();
  for (let i = 0; i < calls; i += 1) await call();
  const { user, system } = process.cpuUsage(before);
  return {
    wallMicros: ((performance.now() - start) * 1000) / calls,
    cpuMicros: (user + system) / calls,
  };
}

/** The same of two that take turns, call by call. */
export async function costsInTurns(
  calls: number,
  [first, second]: readonly [() => Promise<unknown>, () => Promise<unknown>],
): Promise<readonly [Cost, Cost]> {
  const costs: [Cost[], Cost[]] = [[], []];
  for (let i = 0; i < calls; i += 1) {
    costs[0].push(await costOf(1, first));
    costs[1].push(await costOf(1, second));
  }
  return [mean(costs[0]), mean(costs[1])];
}

function mean(costs: readonly Cost[]): Cost {
  const of = (part: (cost: Cost) => number) =>
    costs.reduce((sum, cost) => sum + part(cost), 0) / costs.length;
  return { wallMicros: of((cost) => cost.wallMicros), cpuMicros: of((cost) => cost.cpuMicros) };
}
