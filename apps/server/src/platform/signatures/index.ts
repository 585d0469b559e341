export { RedisReplayGuard } from './redis-replay-guard.ts';
export { MemoryReplayGuard, type ReplayGuard } from './replay-guard.ts';
export { isSignedWith, signatureWindowMs, signBody } from './signature.ts';
