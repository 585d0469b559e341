-- A team may ask its members for a second factor. By what a session was opened tells whether it has shown
-- one, and which team's provider vouched for it: 'password', 'passkey', or the id of a provider.
ALTER TABLE teams ADD COLUMN two_factor_required boolean NOT NULL DEFAULT false;
ALTER TABLE sessions ADD COLUMN method varchar(50);
