-- Accounts, tenants, keys, metering, audit trail and outbox.

CREATE TABLE users (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  email varchar(255) NOT NULL,
  name varchar(255),
  password_hash varchar(255),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT users_email_shape CHECK (position('@' IN email) > 1)
);
CREATE UNIQUE INDEX users_email_unique ON users (lower(email));

CREATE TABLE teams (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name varchar(255) NOT NULL CHECK (name <> ''),
  owner_id uuid NOT NULL REFERENCES users (id),
  plan varchar(50) NOT NULL DEFAULT 'free' CHECK (plan IN ('free', 'pro', 'enterprise')),
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX teams_owner ON teams (owner_id);

CREATE TABLE team_members (
  team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role varchar(50) NOT NULL DEFAULT 'developer'
    CHECK (role IN ('owner', 'admin', 'developer', 'viewer')),
  invited_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (team_id, user_id)
);
CREATE INDEX team_members_user ON team_members (user_id);

CREATE TABLE api_keys (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  name varchar(255) NOT NULL,
  key_hash varchar(64) NOT NULL CHECK (key_hash ~ '^[0-9a-f]{64}$'),
  key_prefix varchar(20) NOT NULL,
  mode varchar(10) NOT NULL DEFAULT 'live' CHECK (mode IN ('live', 'test')),
  scopes text[] NOT NULL DEFAULT '{*}',
  created_by uuid REFERENCES users (id) ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);
CREATE UNIQUE INDEX idx_api_keys_hash ON api_keys (key_hash);
CREATE INDEX api_keys_team ON api_keys (team_id, id);

CREATE TABLE deployments (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  name varchar(255) NOT NULL,
  gpu_type varchar(100),
  status varchar(50) NOT NULL DEFAULT 'stopped',
  endpoint varchar(500),
  hourly_cost numeric(10, 4) CHECK (hourly_cost >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  stopped_at timestamptz
);
CREATE INDEX idx_deployments_team ON deployments (team_id, status);

CREATE TABLE generations (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  api_key_id uuid REFERENCES api_keys (id) ON DELETE SET NULL,
  user_id uuid REFERENCES users (id) ON DELETE SET NULL,
  request_id varchar(200) NOT NULL,
  voice varchar(100) NOT NULL,
  locale varchar(35) NOT NULL,
  model_id varchar(100) NOT NULL,
  format varchar(20) NOT NULL,
  sample_rate integer NOT NULL CHECK (sample_rate > 0),
  speed double precision NOT NULL CHECK (speed > 0),
  characters integer NOT NULL CHECK (characters >= 0),
  audio_seconds double precision NOT NULL CHECK (audio_seconds >= 0),
  compute_seconds double precision NOT NULL CHECK (compute_seconds >= 0),
  cache varchar(10) NOT NULL CHECK (cache IN ('miss', 'hit', 'joined')),
  status varchar(20) NOT NULL CHECK (status IN ('completed', 'cancelled', 'failed')),
  error_code varchar(100),
  created_at timestamptz NOT NULL DEFAULT now(),
  completed_at timestamptz
);
CREATE INDEX generations_team_date ON generations (team_id, created_at);

CREATE TABLE usage_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  api_key_id uuid REFERENCES api_keys (id) ON DELETE SET NULL,
  deployment_id uuid REFERENCES deployments (id) ON DELETE SET NULL,
  generation_id uuid REFERENCES generations (id) ON DELETE SET NULL,
  event_type varchar(50) NOT NULL CHECK (event_type IN ('synthesis', 'api_call', 'gpu_minute')),
  quantity integer NOT NULL DEFAULT 1 CHECK (quantity >= 0),
  characters integer NOT NULL DEFAULT 0 CHECK (characters >= 0),
  audio_seconds double precision NOT NULL DEFAULT 0 CHECK (audio_seconds >= 0),
  compute_seconds double precision NOT NULL DEFAULT 0 CHECK (compute_seconds >= 0),
  voice varchar(100),
  status varchar(20) NOT NULL DEFAULT 'completed'
    CHECK (status IN ('completed', 'cancelled', 'failed')),
  mode varchar(10) NOT NULL DEFAULT 'live' CHECK (mode IN ('live', 'test')),
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_usage_events_team_date ON usage_events (team_id, created_at);
-- A generation is metered at most once, whatever is retried.
CREATE UNIQUE INDEX usage_events_generation ON usage_events (generation_id);

CREATE TABLE idempotency_keys (
  team_id uuid NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  key varchar(255) NOT NULL CHECK (key <> ''),
  request_hash varchar(64) NOT NULL,
  request_id varchar(200) NOT NULL,
  generation_id uuid REFERENCES generations (id) ON DELETE SET NULL,
  characters_counted integer NOT NULL DEFAULT 0 CHECK (characters_counted >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  completed_at timestamptz,
  PRIMARY KEY (team_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

CREATE TABLE audit_events (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  team_id uuid REFERENCES teams (id) ON DELETE SET NULL,
  event_type varchar(100) NOT NULL,
  actor_kind varchar(20) NOT NULL CHECK (actor_kind IN ('key', 'user', 'system')),
  actor_id uuid,
  ip_address varchar(45),
  user_agent varchar(500),
  request_id varchar(200) NOT NULL,
  resource_type varchar(50) NOT NULL,
  resource_id varchar(100),
  details jsonb NOT NULL DEFAULT '{}',
  success boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX audit_events_team_date ON audit_events (team_id, created_at);

CREATE TABLE outbox (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  team_id uuid REFERENCES teams (id) ON DELETE CASCADE,
  topic varchar(100) NOT NULL,
  payload jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  processed_at timestamptz
);
CREATE INDEX outbox_pending ON outbox (id) WHERE processed_at IS NULL;
