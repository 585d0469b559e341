-- Accounts whose owner wants them gone: when that was said, and when it will be done.
ALTER TABLE users ADD COLUMN deletion_requested_at timestamptz;
ALTER TABLE users ADD COLUMN deletion_due_at timestamptz;
