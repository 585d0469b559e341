-- What bounds a key: its end, the addresses that it may come from, a rate of its own.

ALTER TABLE api_keys
  ADD COLUMN lifetime_days smallint,
  ADD COLUMN expires_at timestamptz,
  -- Networks as CIDR; empty: it may come from anywhere.
  ADD COLUMN allowed_ips text[] NOT NULL DEFAULT '{}',
  ADD COLUMN requests_per_minute integer,
  ADD COLUMN last_used_ip varchar(45);
