-- Request signing: the secrets of a team, several at once during a rotation, and whether it asks for
-- signed requests.

CREATE TABLE signing_secrets (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  name varchar(255) NOT NULL,
  sealed_secret text NOT NULL,
  created_by uuid REFERENCES users (id) ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz
);
CREATE INDEX signing_secrets_team ON signing_secrets (team_id, id);

CREATE TABLE signing_policies (
  team_id uuid PRIMARY KEY REFERENCES teams (id) ON DELETE CASCADE,
  required boolean NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);
