-- The same as before, and a bucket whose limit is null counts nothing. Which buckets those are may then be
-- known only within the statement that counts.
CREATE OR REPLACE FUNCTION take_attempt(
  ids uuid[], buckets text[], limits integer[], taken_at timestamptz, since timestamptz
) RETURNS timestamptz
LANGUAGE plpgsql AS $$
DECLARE
  oldest timestamptz;
BEGIN
  FOR i IN 1 .. cardinality(buckets) LOOP
    CONTINUE WHEN limits[i] IS NULL;
    PERFORM pg_advisory_xact_lock(hashtextextended(buckets[i], 0));
    SELECT attempted_at INTO oldest FROM attempts
    WHERE bucket = buckets[i] AND attempted_at > since
    ORDER BY attempted_at DESC OFFSET limits[i] - 1 LIMIT 1;
    IF FOUND THEN RETURN oldest; END IF;
  END LOOP;
  INSERT INTO attempts (id, bucket, attempted_at)
  SELECT given.id, given.bucket, taken_at
  FROM unnest(ids, buckets, limits) AS given (id, bucket, most) WHERE given.most IS NOT NULL;
  RETURN NULL;
END
$$;
