-- What was made under an Idempotency-Key, for a day: of each sender, a user or an API key, the answer
-- that a repetition gets. Sealed, since some hold a secret that is shown once.
CREATE TABLE idempotent_answers (
  sender_id uuid NOT NULL,
  key varchar(255) NOT NULL CHECK (key <> ''),
  request_hash char(64) NOT NULL,
  -- Null until the transaction that makes it ends.
  sealed_answer text,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (sender_id, key)
);
CREATE INDEX idempotent_answers_age ON idempotent_answers (created_at);
