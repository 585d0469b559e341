-- Which notices of a key's end went out: 14, 7 and 1 days before it, each once for each end.

CREATE TABLE key_notices (
  api_key_id uuid NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
  expires_at timestamptz NOT NULL,
  days_before smallint NOT NULL,
  noticed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (api_key_id, expires_at, days_before)
);
