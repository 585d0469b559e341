-- The team that has proven that a domain is its own.
CREATE FUNCTION team_of_domain(asked text) RETURNS uuid
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    SELECT team_id FROM sso_domains WHERE domain = asked AND verified_at IS NOT NULL
  );
END
$$;

-- Finds whom an address belongs to, with all that a log-in by password asks of them, and counts the log-in
-- by take_attempt: by `known_limits` where somebody has logged in to the account from `from_address` before.
-- A function, whose plans a connection keeps. Call it in a transaction of its own, which waits for no disk:
-- a crash of the database may forget the counts of its last second.
CREATE FUNCTION begin_log_in(
  asked text, from_address text, ids uuid[], buckets text[], limits integer[], known_limits integer[],
  taken_at timestamptz, since timestamptz,
  OUT id uuid, OUT email text, OUT name text, OUT email_verified_at timestamptz,
  OUT created_at timestamptz, OUT deletion_due_at timestamptz, OUT password_hash text,
  OUT sealed_secret text, OUT confirmed_at timestamptz, OUT counted timestamptz
)
LANGUAGE plpgsql AS $$
DECLARE
  known boolean;
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  SELECT users.id, users.email, users.name, users.email_verified_at, users.created_at,
    users.deletion_due_at, users.password_hash, totp_factors.sealed_secret, totp_factors.confirmed_at,
    EXISTS (
      SELECT FROM sessions
      WHERE sessions.user_id = users.id AND sessions.ip_address = from_address
    )
  INTO id, email, name, email_verified_at, created_at,
    deletion_due_at, password_hash, sealed_secret, confirmed_at, known
  FROM users LEFT JOIN totp_factors ON totp_factors.user_id = users.id
  WHERE lower(users.email) = asked;
  counted := take_attempt(
    ids, buckets, CASE WHEN known THEN known_limits ELSE limits END, taken_at, since
  );
END
$$;
