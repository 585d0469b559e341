export { addDeploymentMetrics } from './deployment-metrics.ts';
