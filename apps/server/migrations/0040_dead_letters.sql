-- Jobs of the synthesis queue that failed for good, for the server's operator. They hold a customer's
-- text, and go with its team or after a few days.

CREATE TABLE dead_letters (
  -- The job's own.
  id uuid PRIMARY KEY,
  -- Null: a voice's preview, which belongs to no team.
  team_id uuid REFERENCES teams (id) ON DELETE CASCADE,
  tier varchar(20) NOT NULL,
  -- JSON as text: it escapes what jsonb refuses, and nobody searches in it.
  payload text NOT NULL,
  failures text NOT NULL,
  queued_at timestamptz NOT NULL,
  died_at timestamptz NOT NULL
);
CREATE INDEX dead_letters_died_at ON dead_letters (died_at, id);
CREATE INDEX dead_letters_team_id ON dead_letters (team_id);
