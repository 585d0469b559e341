-- The secrets of a key beside its present one: the one before it, until their overlap ends, and the
-- one to come, which is sealed until it is fetched.

CREATE TABLE api_key_secrets (
  key_hash varchar(64) PRIMARY KEY CHECK (key_hash ~ '^[0-9a-f]{64}$'),
  api_key_id uuid NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
  place varchar(10) NOT NULL CHECK (place IN ('previous', 'next')),
  key_prefix varchar(20) NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Of the one before: when it stops working, and when it was last used.
  ends_at timestamptz,
  last_used_at timestamptz,
  -- Of the one to come: the secret itself.
  sealed text,
  CHECK ((place = 'previous') = (ends_at IS NOT NULL)),
  CHECK ((place = 'next') = (sealed IS NOT NULL)),
  UNIQUE (api_key_id, place)
);

ALTER TABLE api_keys
  -- The last use of the present secret; null: it has not been used.
  ADD COLUMN secret_used_at timestamptz,
  -- Whether a next secret is made in time before the present one ends.
  ADD COLUMN auto_rotate boolean NOT NULL DEFAULT false;
