export {
  type DeliveredEvent,
  defineEvent,
  deleteOldEvents,
  type EventHandler,
  type EventType,
  emitEvent,
  handleEvent,
  type RetryPolicy,
  TryAgainLater,
} from './events.ts';
