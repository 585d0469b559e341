-- What memory-job-store.ts does, on keys that all processes share. A verb takes its input and
-- answers what redis-job-store.ts reads; each runs as one step, so that none is ever half done.

-- As in drain-rate.ts.
local max_retry_after_seconds = 120
local smoothing = 0.2

local dropped = {}

local function job_taken()
  if state.backlogged_since then
    local seconds = math.max(0, now - state.backlogged_since) / 1000
    state.seconds_per_job = state.seconds_per_job + smoothing * (seconds - state.seconds_per_job)
  end
  state.backlogged_since = schedule.size() > 0 and now or nil
end

local function retry_after_seconds(jobs)
  local seconds = math.ceil(jobs * state.seconds_per_job)
  return math.min(max_retry_after_seconds, math.max(1, seconds))
end

local function refuse(reason, jobs_before)
  local seconds = retry_after_seconds(jobs_before)
  return cjson.encode({ admitted = false, reason = reason, retryAfterSeconds = seconds })
end

-- Tenants take turns: this many jobs are taken until it is a tenant's turn again.
local function tenants_before(tier)
  local tenants = 0
  for _, each in ipairs(tiers) do
    tenants = tenants + redis.call('ZCARD', keys[each].waiting)
    if each == tier then return tenants end
  end
end

local function forget(job)
  redis.call('HDEL', keys.jobs, job.id)
  redis.call('HDEL', keys.payloads, job.id)
  if redis.call('HINCRBY', keys.open, job.tenant, -1) <= 0 then
    redis.call('HDEL', keys.open, job.tenant)
  end
end

-- Kept for a while, for whoever waits for the job in another process.
local function note_end(job, ending)
  ending.state = 'ended'
  redis.call('HSET', keys.endings, job.id, cjson.encode(ending))
  redis.call('ZADD', keys.ended, now, job.id)
end

local function keep_dead(job)
  state.deaths = state.deaths + 1
  redis.call('ZADD', keys.dead, state.deaths, job.id)
  redis.call('HSET', keys.letters, job.id, cjson.encode({
    jobId = job.id,
    tenant = job.tenant,
    tier = job.tier,
    payload = redis.call('HGET', keys.payloads, job.id),
    queuedAtMs = job.queued_at,
    failures = job.failures,
  }))
  if redis.call('ZCARD', keys.dead) <= options.maxDeadLetters then return end
  local oldest = redis.call('ZPOPMIN', keys.dead)[1]
  redis.call('HDEL', keys.letters, oldest)
  dropped[#dropped + 1] = oldest
end

local function leave_queue(job)
  redis.call('ZREM', keys.rests, job.id)
  redis.call('ZREM', keys.queue_deadlines, job.id)
  if job.state == 'waiting' then schedule.remove(job) end
end

local function run_again(job)
  job.state = 'waiting'
  job.waiting_since = now
  tier_line.add_again(job)
  redis.call('ZADD', keys.queue_deadlines, now + job.queue_timeout, job.id)
  keep_job(job)
end

local function end_rests()
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', keys.rests, '-inf', now)) do
    redis.call('ZREM', keys.rests, id)
    run_again(find_job(id))
  end
end

local function held_by(lease)
  local job = find_job(lease.jobId)
  return job and job.state == 'running' and job.attempts == lease.attempt and job
end

local function stop(job, compute_seconds)
  redis.call('ZREM', keys.lease_deadlines, job.id)
  schedule.settle(job, compute_seconds)
end

local function end_attempt(job, failure)
  stop(job, failure.computeSeconds)
  if job.cancelled or failure.cause == 'refused' then
    note_end(job, { outcome = 'over', reason = failure.reason })
    forget(job)
    return { outcome = 'over' }
  end
  if failure.cause ~= 'released' then
    job.failures[#job.failures + 1] =
      { cause = failure.cause, reason = failure.reason, failedAtMs = now }
  end
  if failure.cause == 'hopeless' or #job.failures >= options.maxAttempts then
    note_end(job, { outcome = 'dead', attempts = job.attempts, reason = failure.reason })
    keep_dead(job)
    forget(job)
    return { outcome = 'dead' }
  end
  if failure.cause == 'worker_lost' or failure.cause == 'released' then
    run_again(job)
    return { outcome = 'retry', inMs = 0 }
  end
  local pause = options.retryDelaysMs[#job.failures]
  job.state = 'resting'
  redis.call('ZADD', keys.rests, now + pause, job.id)
  keep_job(job)
  return { outcome = 'retry', inMs = pause }
end

local function end_waits(reaped)
  local due = redis.call('ZRANGEBYSCORE', keys.queue_deadlines, '-inf', now)
  if #due == 0 then return end
  local places = schedule.places()
  local seconds = retry_after_seconds(schedule.size())
  for _, id in ipairs(due) do
    local job = find_job(id)
    leave_queue(job)
    local place = places[id] or 0
    note_end(job, { outcome = 'queue_timeout', place = place, retryAfterSeconds = seconds })
    forget(job)
    reaped[#reaped + 1] = cjson.encode({ jobId = id, outcome = 'queue_timeout', place = place })
  end
end

local function take_back_leases(reaped)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', keys.lease_deadlines, '-inf', now)) do
    local job = find_job(id)
    local outcome = end_attempt(job, {
      cause = 'worker_lost',
      reason = 'the worker was not heard of any more',
      computeSeconds = job.compute_seconds,
    }).outcome
    reaped[#reaped + 1] = cjson.encode({ jobId = id, outcome = outcome })
  end
end

local function forget_endings()
  local old = redis.call('ZRANGEBYSCORE', keys.ended, '-inf', now - options.endingsKeptMs,
    'LIMIT', 0, 1000)
  if #old == 0 then return end
  redis.call('ZREM', keys.ended, unpack(old))
  redis.call('HDEL', keys.endings, unpack(old))
end

-- One token lies in the list while jobs wait. A worker that blocks takes it out, then a job, and
-- with that lays another token for the next worker if there is more to do.
local function wake()
  if schedule.size() == 0 then
    redis.call('DEL', keys.wake)
  elseif redis.call('LLEN', keys.wake) == 0 then
    redis.call('LPUSH', keys.wake, '1')
  end
end

local verbs = {}

function verbs.enqueue(job, payload)
  -- The answer to an earlier call may have been lost.
  if redis.call('HEXISTS', keys.jobs, job.id) == 1 then return cjson.encode({ admitted = true }) end
  local open = tonumber(redis.call('HGET', keys.open, job.tenant) or 0)
  if open >= job.maxOpen then return refuse('tenant_full', tenants_before(job.tier)) end
  local displaced
  if schedule.size() >= options.maxWaiting then
    local seconds = retry_after_seconds(schedule.size())
    displaced = schedule.least_worthy(job.tier)
    if not displaced then return refuse('queue_full', schedule.size()) end
    local least = find_job(displaced)
    leave_queue(least)
    note_end(least, { outcome = 'displaced', retryAfterSeconds = seconds })
    forget(least)
  end
  local kept = {
    id = job.id,
    tenant = job.tenant,
    tier = job.tier,
    weight = job.weight,
    cost = job.cost,
    queue_timeout = job.queueTimeoutMs,
    run_timeout = job.runTimeoutMs,
    queued_at = now,
    waiting_since = now,
    state = 'waiting',
    attempts = 0,
    failures = {},
  }
  tier_line.add(kept)
  keep_job(kept)
  redis.call('HSET', keys.payloads, job.id, payload)
  redis.call('HINCRBY', keys.open, job.tenant, 1)
  redis.call('ZADD', keys.queue_deadlines, now + job.queueTimeoutMs, job.id)
  wake()
  return cjson.encode({ admitted = true, displaced = displaced })
end

function verbs.take()
  end_rests()
  local job = schedule.take()
  if job then
    redis.call('ZREM', keys.queue_deadlines, job.id)
    redis.call('ZADD', keys.lease_deadlines, now + options.leaseMs, job.id)
    job_taken()
    job.state = 'running'
    job.attempts = job.attempts + 1
    job.compute_seconds = 0
    keep_job(job)
  end
  wake()
  if not job then return {} end
  local lease = cjson.encode({
    jobId = job.id,
    attempt = job.attempts,
    tenant = job.tenant,
    tier = job.tier,
    waitedMs = now - job.waiting_since,
  })
  return { lease, redis.call('HGET', keys.payloads, job.id) }
end

function verbs.extend(lease)
  local job = held_by(lease)
  if not job then return 'lost' end
  job.compute_seconds = lease.computeSeconds
  keep_job(job)
  redis.call('ZADD', keys.lease_deadlines, now + options.leaseMs, job.id)
  if job.cancelled then return 'cancelled' end
  return lease.computeSeconds * 1000 > job.run_timeout and 'overdue' or 'held'
end

function verbs.finish(lease)
  local job = held_by(lease)
  if not job then return 0 end
  stop(job, lease.computeSeconds)
  forget(job)
  return 1
end

function verbs.fail(lease)
  local job = held_by(lease)
  local ended = job and end_attempt(job, lease) or { outcome = 'lost' }
  wake()
  return { cjson.encode(ended), dropped }
end

function verbs.cancel(input)
  local job = find_job(input.jobId)
  if not job then return nil end
  if job.state == 'running' then
    job.cancelled = true
    keep_job(job)
    return 'running'
  end
  leave_queue(job)
  forget(job)
  return 'waiting'
end

function verbs.place(input)
  return schedule.places()[input.jobId]
end

function verbs.reap()
  local reaped = {}
  end_rests()
  end_waits(reaped)
  take_back_leases(reaped)
  forget_endings()
  wake()
  return { reaped, dropped }
end

-- Ends the pauses that are over, and wakes a worker if a job waits and none was told.
function verbs.wake()
  end_rests()
  wake()
end

function verbs.stats()
  local answer = {
    tiers = {},
    running = redis.call('ZCARD', keys.lease_deadlines),
    secondsPerJob = state.seconds_per_job,
  }
  for _, tier in ipairs(tiers) do
    local oldest = now
    for _, waiting in ipairs({ keys[tier].newest, keys[tier].again }) do
      local id = redis.call('ZRANGE', waiting, 0, 0)[1]
      if id then oldest = math.min(oldest, find_job(id).waiting_since) end
    end
    answer.tiers[tier] = { waiting = waiting_in(tier), oldestWaitMs = now - oldest }
  end
  return cjson.encode(answer)
end

function verbs.standings(input)
  local answers = {}
  for i, id in ipairs(input.jobIds) do
    local job = find_job(id)
    answers[i] = job and cjson.encode({ state = job.state })
      or redis.call('HGET', keys.endings, id) or cjson.encode({ state = 'unknown' })
  end
  return answers
end

function verbs.deadLetters(input)
  local ids = redis.call('ZRANGE', keys.dead, 0, input.atMost - 1)
  return #ids == 0 and {} or redis.call('HMGET', keys.letters, unpack(ids))
end

function verbs.bury(input)
  for _, id in ipairs(input.jobIds) do
    redis.call('ZREM', keys.dead, id)
    redis.call('HDEL', keys.letters, id)
  end
end

local answer = verbs[ARGV[1]](cjson.decode(ARGV[4]), ARGV[5])
redis.call('SET', keys.state, cmsgpack.pack(state))
return answer
