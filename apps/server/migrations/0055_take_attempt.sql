-- Counts one attempt in every bucket and answers null, or, where a bucket holds its limit since `since`,
-- counts it nowhere and answers when the oldest of those was. Give the buckets in one order: each stays
-- locked until the transaction ends. Whoever waited for a lock counts in a statement begun after it,
-- which sees what the one before has counted.
CREATE FUNCTION take_attempt(
  ids uuid[], buckets text[], limits integer[], taken_at timestamptz, since timestamptz
) RETURNS timestamptz
LANGUAGE plpgsql AS $$
DECLARE
  oldest timestamptz;
BEGIN
  FOR i IN 1 .. cardinality(buckets) LOOP
    PERFORM pg_advisory_xact_lock(hashtextextended(buckets[i], 0));
    SELECT attempted_at INTO oldest FROM attempts
    WHERE bucket = buckets[i] AND attempted_at > since
    ORDER BY attempted_at DESC OFFSET limits[i] - 1 LIMIT 1;
    IF FOUND THEN RETURN oldest; END IF;
  END LOOP;
  INSERT INTO attempts (id, bucket, attempted_at)
  SELECT given.id, given.bucket, taken_at FROM unnest(ids, buckets) AS given (id, bucket);
  RETURN NULL;
END
$$;
