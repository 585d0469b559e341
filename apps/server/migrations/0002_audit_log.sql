-- The audit log: append-only, each team's events chained by hash, one partition for each retention
-- and month, so that old events go by dropping a partition. There is no default partition: it would
-- have to be scanned, under a lock, for every month that is attached.
-- Rows of audit_events move here in batches once the server runs; a later file drops that table.

CREATE TABLE audit_log (
  id uuid NOT NULL,
  -- The nil UUID: what belongs to no team, as the making of an account.
  team_id uuid NOT NULL,
  sequence bigint NOT NULL CHECK (sequence > 0),
  hash char(64) NOT NULL,
  retention varchar(20) NOT NULL,
  event_type varchar(100) NOT NULL,
  actor_kind varchar(20) NOT NULL CHECK (actor_kind IN ('key', 'user', 'system', 'anonymous')),
  actor_id uuid,
  ip_address varchar(45),
  user_agent varchar(500),
  request_id varchar(200) NOT NULL,
  resource_type varchar(50) NOT NULL,
  resource_id varchar(100),
  details jsonb NOT NULL,
  success boolean NOT NULL,
  created_at timestamptz NOT NULL
) PARTITION BY LIST (retention);
CREATE INDEX audit_log_sequence ON audit_log (team_id, sequence);

-- The plans' retentions, and that of events without a team.
CREATE TABLE audit_log_free PARTITION OF audit_log FOR VALUES IN ('free')
  PARTITION BY RANGE (created_at);
CREATE TABLE audit_log_pro PARTITION OF audit_log FOR VALUES IN ('pro')
  PARTITION BY RANGE (created_at);
CREATE TABLE audit_log_enterprise PARTITION OF audit_log FOR VALUES IN ('enterprise')
  PARTITION BY RANGE (created_at);
CREATE TABLE audit_log_server PARTITION OF audit_log FOR VALUES IN ('server')
  PARTITION BY RANGE (created_at);

-- The last link of each chain. Its row lock lets a team's events be appended one after the other.
CREATE TABLE audit_chains (
  team_id uuid PRIMARY KEY,
  sequence bigint NOT NULL CHECK (sequence > 0),
  hash char(64) NOT NULL
) WITH (fillfactor = 50);

-- What retention took out of a chain, so that the rest can still be verified.
CREATE TABLE audit_retirements (
  team_id uuid NOT NULL,
  first_sequence bigint NOT NULL,
  last_sequence bigint NOT NULL CHECK (last_sequence >= first_sequence),
  -- The hash of the event before the first, and that of the last.
  previous_hash char(64) NOT NULL,
  last_hash char(64) NOT NULL,
  retired_at timestamptz NOT NULL,
  PRIMARY KEY (team_id, first_sequence)
);

-- The hash of an event: SHA-256 over three lines, the hash before it, its number and its content.
CREATE FUNCTION audit_hash(previous_hash text, sequence bigint, content text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT encode(
    sha256(convert_to(concat_ws(E'\n', previous_hash, sequence::text, content), 'UTF8')),
    'hex'
  )
$$;

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END
$$;
-- ALWAYS: also where session_replication_role would silence it. Row triggers pass on to partitions.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_log
  FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
ALTER TABLE audit_log ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
ALTER TABLE audit_log ENABLE ALWAYS TRIGGER append_only_table;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_retirements
  FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
ALTER TABLE audit_retirements ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON audit_retirements
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
ALTER TABLE audit_retirements ENABLE ALWAYS TRIGGER append_only_table;
CREATE TRIGGER kept BEFORE DELETE ON audit_chains
  FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
ALTER TABLE audit_chains ENABLE ALWAYS TRIGGER kept;

-- Makes the partition of a retention for the month (UTC) of `at`, unless it is there. Made apart and
-- then attached, it keeps nobody from writing; the advisory lock lets one transaction make it. Until the
-- transaction that asked has ended, retention cannot take it away again.
CREATE FUNCTION ensure_audit_partition(retention text, at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  month timestamp := date_trunc('month', at AT TIME ZONE 'UTC');
  parent text := 'audit_log_' || retention;
  partition text := parent || to_char(month, '_YYYY_MM');
BEGIN
  EXECUTE format('LOCK TABLE ONLY %I IN ROW EXCLUSIVE MODE', parent);
  IF to_regclass(quote_ident(partition)) IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('ensure_audit_partition'));
  -- By a snapshot: what to_regclass has found to be missing stays cached while we wait.
  IF EXISTS (
    SELECT FROM pg_class
    WHERE relname = partition AND relnamespace = current_schema()::regnamespace
  ) THEN RETURN; END IF;
  EXECUTE format('CREATE TABLE %I (LIKE audit_log INCLUDING ALL)', partition);
  EXECUTE format(
    'CREATE TRIGGER append_only_table BEFORE TRUNCATE ON %I
       FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()', partition);
  EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER append_only_table', partition);
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
    parent, partition, month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
END
$$;
