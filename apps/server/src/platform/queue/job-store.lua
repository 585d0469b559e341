-- What memory-job-store.ts does, on keys that all processes share. A verb takes its input and
-- answers what redis-job-store.ts reads; each runs as one step, so that none is ever half done.

-- As in drain-rate.ts.
local max_retry_after_seconds = 120
local smoothing = 0.2

local dropped

local function job_taken()
  if state.backlogged_since then
    local seconds = math.max(0, now() - state.backlogged_since) / 1000
    state.seconds_per_job = state.seconds_per_job + smoothing * (seconds - state.seconds_per_job)
  end
  state.backlogged_since = schedule.size() > 0 and now() or nil
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

local function set_deadline(job, at)
  redis.call('ZADD', keys.deadlines, at, job.id)
end

local function due_jobs()
  local jobs = redis.call('ZRANGEBYSCORE', keys.deadlines, '-inf', now())
  for i, id in ipairs(jobs) do jobs[i] = find_job(id) end
  return jobs
end

local function forget(job)
  redis.call('ZREM', keys.deadlines, job.id)
  drop(job_name(job.id))
  drop(payload_name(job.id))
  local name = open_name(job.tenant)
  local open = find(name) - 1
  if open > 0 then keep(name, open) else drop(name) end
end

-- Kept for a while, for whoever waits for the job in another process.
local function note_end(job, ending)
  ending.state = 'ended'
  redis.call('HSET', keys.endings, job.id, cjson.encode(ending))
  redis.call('ZADD', keys.ended, now(), job.id)
end

local function keep_dead(job)
  state.deaths = state.deaths + 1
  redis.call('ZADD', keys.dead, state.deaths, job.id)
  redis.call('HSET', keys.letters, job.id, cjson.encode({
    jobId = job.id,
    tenant = job.tenant,
    tier = job.tier,
    payload = find(payload_name(job.id)),
    queuedAtMs = job.queued_at,
    failures = job.failures,
  }))
  if redis.call('ZCARD', keys.dead) <= options.maxDeadLetters then return end
  local oldest = redis.call('ZPOPMIN', keys.dead)[1]
  redis.call('HDEL', keys.letters, oldest)
  dropped[#dropped + 1] = oldest
end

local function leave_queue(job)
  if job.state == 'waiting' then
    schedule.remove(job)
  else
    state.resting = state.resting - 1
  end
end

local function run_again(job)
  job.state = 'waiting'
  job.waiting_since = now()
  tier_line.add_again(job)
  set_deadline(job, now() + job.queue_timeout)
  keep_job(job)
end

local function end_rests()
  if state.resting == 0 then return end
  for _, job in ipairs(due_jobs()) do
    if job.state == 'resting' then
      state.resting = state.resting - 1
      run_again(job)
    end
  end
end

local function held_by(lease)
  local job = find_job(lease.jobId)
  return job and job.state == 'running' and job.attempts == lease.attempt and job
end

local function stop(job, compute_seconds)
  state.running = state.running - 1
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
      { cause = failure.cause, reason = failure.reason, failedAtMs = now() }
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
  state.resting = state.resting + 1
  set_deadline(job, now() + pause)
  keep_job(job)
  return { outcome = 'retry', inMs = pause }
end

local function end_waits(due, reaped)
  local places
  local seconds = retry_after_seconds(schedule.size())
  for _, job in ipairs(due) do
    if job.state == 'waiting' then
      places = places or schedule.places()
      local place = places[job.id]
      leave_queue(job)
      note_end(job, { outcome = 'queue_timeout', place = place, retryAfterSeconds = seconds })
      forget(job)
      reaped[#reaped + 1] =
        cjson.encode({ jobId = job.id, outcome = 'queue_timeout', place = place })
    end
  end
end

local function take_back_leases(due, reaped)
  for _, job in ipairs(due) do
    if job.state == 'running' then
      local outcome = end_attempt(job, {
        cause = 'worker_lost',
        reason = 'the worker was not heard of any more',
        computeSeconds = job.compute_seconds,
      }).outcome
      reaped[#reaped + 1] = cjson.encode({ jobId = job.id, outcome = outcome })
    end
  end
end

local function forget_endings()
  local old = redis.call('ZRANGEBYSCORE', keys.ended, '-inf', now() - options.endingsKeptMs,
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

-- Where a part of the memory was lost the rest is of no use, but for what is told of jobs that ended.
local function start_afresh()
  redis.call('DEL', keys.records, keys.lines, keys.deadlines, keys.wake)
  for _, tier in ipairs(tiers) do
    for _, name in ipairs(tier_keys) do redis.call('DEL', keys[tier][name]) end
  end
  start_records()
  state = new_state()
end

local function take_next()
  end_rests()
  local job = schedule.take()
  if not job and schedule.size() > 0 then start_afresh() end
  if job then
    set_deadline(job, now() + options.leaseMs)
    job_taken()
    state.running = state.running + 1
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
    waitedMs = now() - job.waiting_since,
  })
  return { lease, find(payload_name(job.id)) }
end

local function finish(lease)
  local job = held_by(lease)
  if not job then return 0 end
  stop(job, lease.computeSeconds)
  forget(job)
  return 1
end

local verbs = {}

function verbs.enqueue(job, payload)
  -- The answer to an earlier call may have been lost.
  if find_job(job.jobId) then return '{"admitted":true}' end
  local open = find(open_name(job.tenant)) or 0
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
    id = job.jobId,
    tenant = job.tenant,
    tier = job.tier,
    weight = job.weight,
    cost = job.cost,
    queue_timeout = job.queueTimeoutMs,
    run_timeout = job.runTimeoutMs,
    queued_at = now(),
    waiting_since = now(),
    state = 'waiting',
    attempts = 0,
    failures = {},
  }
  tier_line.add(kept)
  keep_job(kept)
  keep(payload_name(kept.id), payload)
  keep(open_name(kept.tenant), (find(open_name(kept.tenant)) or 0) + 1)
  set_deadline(kept, now() + kept.queue_timeout)
  wake()
  if not displaced then return '{"admitted":true}' end
  return cjson.encode({ admitted = true, displaced = displaced })
end

verbs.take = take_next
verbs.finish = finish

function verbs.extend(lease)
  local job = held_by(lease)
  if not job then return 'lost' end
  job.compute_seconds = lease.computeSeconds
  keep_job(job)
  set_deadline(job, now() + options.leaseMs)
  if job.cancelled then return 'cancelled' end
  return lease.computeSeconds * 1000 > job.run_timeout and 'overdue' or 'held'
end

function verbs.finishAndTake(lease)
  local finished = finish(lease)
  return { finished, unpack(take_next()) }
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
  local due = due_jobs()
  end_waits(due, reaped)
  take_back_leases(due, reaped)
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
    running = state.running,
    secondsPerJob = state.seconds_per_job,
  }
  for _, tier in ipairs(tiers) do
    local oldest = now()
    for _, waiting in ipairs({ keys[tier].newest, keys[tier].again }) do
      local id = redis.call('ZRANGE', waiting, 0, 0)[1]
      if id then oldest = math.min(oldest, find_job(id).waiting_since) end
    end
    answer.tiers[tier] = { waiting = state[tier], oldestWaitMs = now() - oldest }
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

local reads_only = { place = true, stats = true, standings = true, deadLetters = true }

-- ARGV: verb, time in milliseconds or '' for the server's, options, input, payload.
local function run(KEYS, ARGV)
  start_call(KEYS, ARGV[2], ARGV[3])
  start_records()
  dropped = {}
  local verb, input = ARGV[1], cjson.decode(ARGV[4])
  local names = { 'state' }
  if input.jobId then names[2] = job_name(input.jobId) end
  if input.tenant then
    names[3] = tier_name(input.tier)
    names[4] = lane_name(input.tier, input.tenant)
    names[5] = open_name(input.tenant)
  end
  prefetch(names)
  state = find('state')
  if not state then start_afresh() end
  local answer = verbs[verb](input, ARGV[5])
  if not reads_only[verb] then
    keep('state', state)
    write_records()
  end
  return answer
end
