import type { EventHandler } from '../platform/outbox/index.ts';

/** What follows from events, apart from the request that caused them. */
export const eventHandlers: readonly EventHandler[] = [];
