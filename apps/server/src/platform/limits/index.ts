export { MemoryRateLimiter } from './memory-rate-limiter.ts';
export type { Quota, RateLimiter, Verdict } from './rate-limiter.ts';
export { RedisRateLimiter } from './redis-rate-limiter.ts';
