-- Appends an event to the chain of `team`, and to that of each team of the user `member` (null: of
-- none), by one statement. `parts` are what surrounds retention and team in the content that is hashed.
-- A chain's row stays locked until commit: in one order, so that two who append to several of the same
-- chains wait for each other in no circle.
CREATE FUNCTION append_audit_event(event json, parts text[], team uuid, member uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  entry audit_log := json_populate_record(NULL::audit_log, event);
  content text;
BEGIN
  FOR entry.team_id, entry.retention IN
    SELECT chain.team_id, CASE
      WHEN chain.team_id = '00000000-0000-0000-0000-000000000000' THEN 'server'
      WHEN teams.plan IN ('free', 'pro') THEN teams.plan
      -- The longest: also for a team that is gone, or whose plan has no retention yet.
      ELSE 'enterprise'
    END
    FROM (
      SELECT team UNION SELECT team_id FROM team_members WHERE user_id = member
    ) AS chain (team_id)
    LEFT JOIN teams ON teams.id = chain.team_id
    ORDER BY chain.team_id
  LOOP
    PERFORM ensure_audit_partition(entry.retention, entry.created_at);
    content := concat(
      parts[1], to_json(entry.retention), parts[2], to_json(entry.team_id), parts[3]
    );
    INSERT INTO audit_chains AS chain (team_id, sequence, hash)
    VALUES (entry.team_id, 1, audit_hash(repeat('0', 64), 1, content))
    ON CONFLICT (team_id) DO UPDATE SET
      sequence = chain.sequence + 1,
      hash = audit_hash(chain.hash, chain.sequence + 1, content)
    RETURNING chain.sequence, chain.hash INTO entry.sequence, entry.hash;
    INSERT INTO audit_log SELECT entry.*;
  END LOOP;
END
$$;
