-- Passkeys (WebAuthn), and the challenges that they answer, each once.
CREATE TABLE passkeys (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  credential_id text NOT NULL UNIQUE CHECK (length(credential_id) <= 1400),
  public_key bytea NOT NULL,
  -- Signatures that the authenticator has made; 0 where it does not count.
  sign_count bigint NOT NULL DEFAULT 0,
  transports text[] NOT NULL DEFAULT '{}',
  name varchar(100) NOT NULL,
  backed_up boolean NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz
);
CREATE INDEX passkeys_user ON passkeys (user_id, id);

CREATE TABLE passkey_challenges (
  challenge varchar(100) PRIMARY KEY,
  purpose varchar(20) NOT NULL CHECK (purpose IN ('register', 'log_in', 'confirm')),
  -- Null where nobody is logged in yet.
  user_id uuid REFERENCES users (id) ON DELETE CASCADE,
  expires_at timestamptz NOT NULL
);
CREATE INDEX passkey_challenges_user ON passkey_challenges (user_id);
CREATE INDEX passkey_challenges_age ON passkey_challenges (expires_at);
