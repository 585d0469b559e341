-- Each team has exactly one owner, who is a member of it; teams can be deleted.

-- allow: backfill because teams are few, and nearly all of them are right already
UPDATE team_members SET role = 'admin'
FROM teams
WHERE teams.id = team_members.team_id AND role = 'owner' AND user_id <> teams.owner_id;
INSERT INTO team_members (team_id, user_id, role, invited_at)
SELECT id, owner_id, 'owner', created_at FROM teams
ON CONFLICT (team_id, user_id) DO UPDATE SET role = 'owner';

-- By the end of each transaction the owner is a member: team_members_one_owner says that no other is.
ALTER TABLE teams ADD CONSTRAINT teams_owner_is_member
  FOREIGN KEY (id, owner_id) REFERENCES team_members (team_id, user_id)
  DEFERRABLE INITIALLY DEFERRED NOT VALID;

-- What was metered stays when its team, or a key or deployment of it, is deleted.
ALTER TABLE usage_events DROP CONSTRAINT usage_events_team_id_fkey;
ALTER TABLE usage_events DROP CONSTRAINT usage_events_api_key_id_fkey;
ALTER TABLE usage_events DROP CONSTRAINT usage_events_deployment_id_fkey;
ALTER TABLE generations DROP CONSTRAINT generations_team_id_fkey;
ALTER TABLE generations DROP CONSTRAINT generations_api_key_id_fkey;

-- Ways into a team: mailed to an address, or a link for whoever has it. Each is good once.
CREATE TABLE invitations (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  -- Null: a link.
  email varchar(255),
  role varchar(50) NOT NULL CHECK (role IN ('admin', 'developer', 'viewer')),
  token_hash varchar(64) NOT NULL CHECK (token_hash ~ '^[0-9a-f]{64}$'),
  invited_by uuid REFERENCES users (id) ON DELETE SET NULL,
  -- The key that acted, where no person did.
  invited_by_key uuid REFERENCES api_keys (id) ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  accepted_by uuid REFERENCES users (id) ON DELETE SET NULL,
  revoked_at timestamptz
);
CREATE UNIQUE INDEX invitations_token ON invitations (token_hash);
CREATE INDEX invitations_team ON invitations (team_id, id);
CREATE UNIQUE INDEX invitations_pending_email ON invitations (team_id, email)
  WHERE accepted_at IS NULL AND revoked_at IS NULL;
CREATE INDEX invitations_inviter ON invitations (invited_by);
CREATE INDEX invitations_key ON invitations (invited_by_key);
CREATE INDEX invitations_guest ON invitations (accepted_by);
