-- The session that a browser had when it left for a provider: it ends with the log-in there, to which its
-- own cookies do not come along from another site. A hash, as in refresh_tokens.
ALTER TABLE sign_ins ADD COLUMN former_token_hash char(64);
