import { setTimeout as sleep } from 'node:timers/promises';
import { Counter, Gauge, type LabelValues, type Registry } from 'prom-client';

export interface Reading<L extends string> {
  readonly labels: LabelValues<L>;
  readonly value: number;
}

interface Polled<L extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly L[];
  read(): readonly Reading<L>[] | Promise<readonly Reading<L>[]>;
}

/**
 * A gauge that is read when somebody asks. What cannot be read leaves no series behind: no figure
 * rather than a wrong one.
 */
export function addPolledGauge<L extends string>(register: Registry, polled: Polled<L>): void {
  const { name, help, labelNames } = polled;
  new Gauge({
    name,
    help,
    labelNames,
    registers: [register],
    async collect() {
      const readings = await readSafely(polled);
      this.reset();
      // Without labels there is a 0 from the start.
      if (labelNames.length === 0) this.remove();
      for (const { labels, value } of readings) this.set(labels, value);
    },
  });
}

/** A counter that is kept elsewhere as a plain number. */
export function addPolledCounter<L extends string>(register: Registry, polled: Polled<L>): void {
  const { name, help, labelNames } = polled;
  new Counter({
    name,
    help,
    labelNames,
    registers: [register],
    async collect() {
      const readings = await readSafely(polled);
      this.reset();
      for (const { labels, value } of readings) this.inc(labels, value);
    },
  });
}

/** A database that hangs must not hold up what else there is to tell. */
const patienceMs = 2_000;

async function readSafely<L extends string>(polled: Polled<L>): Promise<readonly Reading<L>[]> {
  const late = new AbortController();
  try {
    return await Promise.race([
      polled.read(),
      sleep(patienceMs, [], { signal: late.signal, ref: false }),
    ]);
  } catch {
    return [];
  } finally {
    late.abort();
  }
}
