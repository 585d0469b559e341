-- What a person sees of their sessions, and when they last proved within one who they are.
ALTER TABLE sessions ADD COLUMN name varchar(100);
ALTER TABLE sessions ADD COLUMN confirmed_at timestamptz;
