-- Devices that ask to be connected to an account (RFC 8628), until they have their session or time is up.
CREATE TABLE device_grants (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  device_code_hash varchar(64) NOT NULL UNIQUE CHECK (device_code_hash ~ '^[0-9a-f]{64}$'),
  user_code varchar(8) NOT NULL UNIQUE CHECK (user_code ~ '^[A-Z]{8}$'),
  name varchar(100) NOT NULL,
  ip_address varchar(45),
  user_agent varchar(500),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  interval_seconds integer NOT NULL,
  last_polled_at timestamptz,
  -- Who decided, and in which session: null where the person at the machine did.
  user_id uuid REFERENCES users (id) ON DELETE CASCADE,
  session_id uuid REFERENCES sessions (id) ON DELETE CASCADE,
  decision varchar(10) CHECK (decision IN ('approved', 'denied'))
);
CREATE INDEX device_grants_age ON device_grants (expires_at);
CREATE INDEX device_grants_user ON device_grants (user_id);
CREATE INDEX device_grants_session ON device_grants (session_id);
