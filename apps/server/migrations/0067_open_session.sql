-- Inserts a session with the first token to refresh it with, and takes back the attempts that led to it. A
-- function, whose plans a connection keeps: to plan these statements takes longer than to do what they say.
CREATE FUNCTION open_session(session json, token json, attempt_ids uuid[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM attempts WHERE id = ANY (attempt_ids);
  INSERT INTO sessions (
    id, user_id, ip_address, user_agent, name, method, created_at, last_used_at, expires_at
  )
  SELECT id, user_id, ip_address, user_agent, name, method, created_at, created_at, expires_at
  FROM json_populate_record(NULL::sessions, session);
  INSERT INTO refresh_tokens (token_hash, session_id, created_at, expires_at)
  SELECT token_hash, session_id, created_at, expires_at
  FROM json_populate_record(NULL::refresh_tokens, token);
END
$$;
