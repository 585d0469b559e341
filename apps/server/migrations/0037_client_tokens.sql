-- Client tokens: what a browser may be given in place of a key, for an hour at most.

CREATE TABLE client_tokens (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  token_hash varchar(64) NOT NULL UNIQUE CHECK (token_hash ~ '^[0-9a-f]{64}$'),
  -- Whoever made it: a key, or a person in a session. It ends with them.
  api_key_id uuid REFERENCES api_keys (id) ON DELETE CASCADE,
  user_id uuid REFERENCES users (id) ON DELETE CASCADE,
  session_id uuid REFERENCES sessions (id) ON DELETE CASCADE,
  scopes text[] NOT NULL,
  origin varchar(300) NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  -- What is reserved counts as used until it is known.
  max_characters integer NOT NULL CHECK (max_characters > 0),
  used_characters integer NOT NULL DEFAULT 0,
  max_audio_seconds double precision NOT NULL CHECK (max_audio_seconds > 0),
  used_audio_seconds double precision NOT NULL DEFAULT 0,
  CHECK ((api_key_id IS NULL) <> (user_id IS NULL))
);
CREATE INDEX client_tokens_origin ON client_tokens (origin, expires_at);
CREATE INDEX client_tokens_age ON client_tokens (expires_at);
