export {
  type DeliveredEvent,
  defineEvent,
  deleteOldEvents,
  type EventHandler,
  type EventType,
  emitEvent,
  handleEvent,
  type RetryPolicy,
} from './events.ts';
