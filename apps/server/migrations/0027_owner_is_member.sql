ALTER TABLE teams VALIDATE CONSTRAINT teams_owner_is_member;
