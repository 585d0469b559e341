export { MemoryRateLimiter } from './memory-rate-limiter.ts';
export { MemoryPlaces, type Places } from './places.ts';
export type { Quota, RateLimiter, Verdict } from './rate-limiter.ts';
export { RedisPlaces } from './redis-places.ts';
export { RedisRateLimiter } from './redis-rate-limiter.ts';
