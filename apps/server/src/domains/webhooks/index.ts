export { announce } from './announce.ts';
export {
  deleteOldDeliveries,
  deliverWebhook,
  deliveryQueued,
  deliveryRetry,
  type WebhookSender,
} from './deliver.ts';
export type { WebhookEvent } from './events.ts';
export { addWebhookRoutes, type WebhookServices } from './routes.ts';
