-- What a stream was asked for, kept for a while so that one that broke off can be made again and go on.
-- What it counts is held by its key in idempotency_keys.
CREATE TABLE speech_orders (
  id uuid PRIMARY KEY,
  team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  idempotency_key varchar(255) NOT NULL,
  operation varchar(50) NOT NULL,
  input jsonb NOT NULL,
  model_id varchar(100) NOT NULL,
  mode varchar(10) NOT NULL CHECK (mode IN ('live', 'test')),
  client_token_id uuid,
  created_at timestamptz NOT NULL
);
CREATE INDEX speech_orders_age ON speech_orders (created_at);
