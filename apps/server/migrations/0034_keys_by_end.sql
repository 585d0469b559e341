-- transaction: none
-- Finds the keys that end soon.

CREATE INDEX CONCURRENTLY IF NOT EXISTS api_keys_by_end ON api_keys (expires_at)
  WHERE revoked_at IS NULL;
