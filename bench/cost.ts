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
