export { MemoryCache } from './memory-cache.ts';
export { RedisCache } from './redis-cache.ts';
export type { SharedCache } from './shared-cache.ts';
