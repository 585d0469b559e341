import type { Registry } from 'prom-client';
import { addPolledGauge } from '../metrics/index.ts';
import { type DatabaseHandle, type PoolState, readPool } from './database.ts';

/** The connections of one process to the database. */
export function addPoolMetrics(
  register: Registry,
  { db, process }: { db: DatabaseHandle; process: string },
): void {
  const readState = <L extends string>(
    read: (pool: PoolState) => { labels: Record<L, string>; value: number }[],
  ) => {
    const pool = readPool(db);
    return pool ? read(pool) : [];
  };
  addPolledGauge(register, {
    name: 'voiceflow_database_connections',
    help: 'Open connections to the database, by whether somebody uses them',
    labelNames: ['process', 'state'],
    read: () =>
      readState(({ used, idle }) => [
        { labels: { process, state: 'used' }, value: used },
        { labels: { process, state: 'idle' }, value: idle },
      ]),
  });
  addPolledGauge(register, {
    name: 'voiceflow_database_connections_max',
    help: 'Connections that the process may open to the database',
    labelNames: ['process'],
    read: () => readState(({ most }) => [{ labels: { process }, value: most }]),
  });
  addPolledGauge(register, {
    name: 'voiceflow_database_waiting',
    help: 'Statements and transactions that wait for a connection',
    labelNames: ['process'],
    read: () => readState(({ waiting }) => [{ labels: { process }, value: waiting }]),
  });
}
