export { Redis, type RedisClient } from './redis.ts';
export { RedisScript } from './redis-script.ts';
