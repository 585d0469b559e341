-- Log-in through others: Google, GitHub, a team's own identity provider.

-- An account elsewhere that opens one here. The subject is the other side's own id of the person.
CREATE TABLE user_connections (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  provider varchar(50) NOT NULL,
  subject varchar(500) NOT NULL,
  email varchar(255),
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  CONSTRAINT user_connections_subject UNIQUE (provider, subject)
);
CREATE INDEX user_connections_user ON user_connections (user_id, id);

-- Log-ins that have begun and not ended, each for the one browser that began it.
CREATE TABLE sign_ins (
  token_hash varchar(64) PRIMARY KEY CHECK (token_hash ~ '^[0-9a-f]{64}$'),
  browser_hash varchar(64) NOT NULL CHECK (browser_hash ~ '^[0-9a-f]{64}$'),
  -- Where it stands: out at the provider, or here and waiting for the second factor.
  stage varchar(20) NOT NULL CHECK (stage IN ('begun', 'proven', 'second_factor')),
  provider varchar(50) NOT NULL,
  -- Who connects an account elsewhere to their own, or whose second factor is waited for.
  user_id uuid REFERENCES users (id) ON DELETE CASCADE,
  profile jsonb,
  next varchar(2000) NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX sign_ins_age ON sign_ins (expires_at);
