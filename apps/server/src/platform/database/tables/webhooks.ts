import type { Generated } from 'kysely';
import type { CreatedAt, UpdatedAt } from './columns.ts';

export interface WebhooksTable {
  id: Generated<string>;
  team_id: string;
  url: string;
  events: string[];
  sealed_secret: string;
  created_by: string | null;
  created_at: CreatedAt;
  updated_at: UpdatedAt;
  failing_since: Date | null;
  disabled_at: Date | null;
}

export interface WebhookDeliveriesTable {
  id: Generated<string>;
  webhook_id: string;
  event: string;
  body: string;
  status: Generated<'pending' | 'delivered' | 'failed'>;
  attempts: Generated<number>;
  created_at: CreatedAt;
  attempted_at: Date | null;
  response_status: number | null;
  error: string | null;
}

export interface WebhookTables {
  webhooks: WebhooksTable;
  webhook_deliveries: WebhookDeliveriesTable;
}
