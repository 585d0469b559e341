export { isServing, openPatientConnection } from './patient-connection.ts';
export { Redis, type RedisClient } from './redis.ts';
export { RedisFunction } from './redis-function.ts';
export { addRedisMetrics } from './redis-metrics.ts';
export { RedisScript } from './redis-script.ts';
