export { durationBuckets, realTimeFactorBuckets } from './buckets.ts';
export { BusiestNames } from './busiest-names.ts';
export { answerParent, askChild, mergeMetrics } from './child-metrics.ts';
export { addGpuMetrics } from './gpus.ts';
export { addPolledCounter, addPolledGauge } from './polled.ts';
export { openRegistry } from './registry.ts';
export { MetricsServer, type MetricsText } from './serve-metrics.ts';
