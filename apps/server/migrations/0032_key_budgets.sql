-- Monthly budgets of keys. Counted are the months of keys that have, or once had, a budget.

ALTER TABLE api_keys
  ADD COLUMN monthly_characters bigint,
  ADD COLUMN monthly_generations bigint,
  ADD COLUMN counted boolean NOT NULL DEFAULT false;

-- What a key has used in a month (UTC, by its first day), together with what is reserved.
CREATE TABLE key_months (
  api_key_id uuid NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
  month date NOT NULL,
  characters bigint NOT NULL CHECK (characters >= 0),
  generations bigint NOT NULL CHECK (generations >= 0),
  PRIMARY KEY (api_key_id, month)
) WITH (fillfactor = 50);

-- What requests under way may come to use. What is not used is given back when they end.
CREATE TABLE budget_reservations (
  id uuid PRIMARY KEY,
  api_key_id uuid NOT NULL,
  month date NOT NULL,
  characters bigint NOT NULL CHECK (characters >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (api_key_id, month) REFERENCES key_months (api_key_id, month) ON DELETE CASCADE
);
CREATE INDEX budget_reservations_age ON budget_reservations (created_at);
