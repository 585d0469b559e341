import type { Registry } from 'prom-client';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import { addPolledGauge } from '../../platform/metrics/index.ts';
import { sumActiveDeployments } from './store.ts';

/** What runs on rented machines, of all teams, and what it costs. */
export function addDeploymentMetrics(register: Registry, db: DatabaseHandle): void {
  addPolledGauge(register, {
    name: 'voiceflow_active_deployments',
    help: 'Number of active deployments',
    labelNames: [],
    read: async () => [{ labels: {}, value: (await sumActiveDeployments(db)).count }],
  });
  addPolledGauge(register, {
    name: 'voiceflow_deployment_cost_per_hour',
    help: 'Current cost per hour, in dollars',
    labelNames: [],
    read: async () => [{ labels: {}, value: (await sumActiveDeployments(db)).costPerHour }],
  });
}
