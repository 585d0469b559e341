-- transaction: none
CREATE UNIQUE INDEX CONCURRENTLY team_members_one_owner ON team_members (team_id)
  WHERE role = 'owner';
