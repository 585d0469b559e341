-- Whom a team has put out, so that its identity provider does not bring them back: by their account, and
-- by their address should they make another one. Of the address there is a hash (SHA-256, lower case).
CREATE TABLE removed_members (
  team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  email_hash char(64) NOT NULL,
  user_id uuid REFERENCES users (id) ON DELETE SET NULL,
  removed_at timestamptz NOT NULL,
  PRIMARY KEY (team_id, email_hash)
);
CREATE INDEX removed_members_user ON removed_members (user_id);
