-- What memory-job-store.ts does, on keys that all processes share. A verb takes its input and
-- answers what redis-job-store.ts reads; each runs as one step, so that none is ever half done.

-- As in drain-rate.ts.
local max_retry_after_seconds = 120
local smoothing = 0.2

local dropped

local function job_taken()
  if state.backlogged_since > 0 then
    local seconds = math.max(0, now() - state.backlogged_since) / 1000
    state.seconds_per_job = state.seconds_per_job + smoothing * (seconds - state.seconds_per_job)
  end
  state.backlogged_since = state.waiting > 0 and now() or 0
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
    tenants = tenants + redis.call('ZCARD', keys[each])
    if each == tier then return tenants end
  end
end

local function set_deadline(job, at)
  redis.call('ZADD', keys.deadlines, at, job.id)
end

local function due_jobs()
  local jobs = redis.call('ZRANGEBYSCORE', keys.deadlines, '-inf', now())
  prefetch_jobs(jobs)
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
  local ended, name = find('ended') or {}, ending_name(job.id)
  if find_text(name) then ended_jobs.remove(ended, job.id) end
  ended_jobs.append(ended, job.id)
  keep('ended', ended)
  ending.state = 'ended'
  keep(name, { at = now(), told = cjson.encode(ending) })
end

local function forget_endings()
  local ended = find('ended')
  if not ended then return end
  local latest = now() - options.endingsKeptMs
  while ended.first and find(ending_name(ended.first)).at <= latest do
    local id = ended.first
    ended_jobs.remove(ended, id)
    drop(ending_name(id))
  end
  keep_ends('ended', ended)
end

local function drop_letter(dead, id)
  dead_jobs.remove(dead, id)
  dead.count = dead.count - 1
  drop(letter_name(id))
end

local function keep_dead(job)
  local dead, name = find('dead') or { count = 0 }, letter_name(job.id)
  if find_text(name) then drop_letter(dead, job.id) end
  dead_jobs.append(dead, job.id)
  dead.count = dead.count + 1
  keep('dead', dead)
  keep_text(name, cjson.encode({
    jobId = job.id,
    tenant = job.tenant,
    tier = job.tier,
    payload = find_text(payload_name(job.id)),
    queuedAtMs = job.queued_at,
    failures = job.failures,
  }))
  if dead.count <= options.maxDeadLetters then return end
  dropped[#dropped + 1] = dead.first
  drop_letter(dead, dead.first)
end

local function leave_queue(job)
  if job.state == 'waiting' then
    schedule.remove(job)
  else
    state.resting = state.resting - 1
  end
end

local function run_again(job, add)
  job.state = 'waiting'
  job.waiting_since = now()
  add(job)
  set_deadline(job, now() + job.queue_timeout)
  keep_job(job)
end

local function end_rests()
  if state.resting == 0 then return end
  for _, job in ipairs(due_jobs()) do
    if job.state == 'resting' then
      state.resting = state.resting - 1
      run_again(job, tier_line.add_again)
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
  if failure.cause == 'released' or failure.cause == 'yielded' then
    run_again(job, failure.cause == 'released' and tier_line.add_again or tier_line.add)
    return { outcome = 'retry', inMs = 0 }
  end
  local failures = job.failures or {}
  failures[#failures + 1] = { cause = failure.cause, reason = failure.reason, failedAtMs = server_now() }
  job.failures = failures
  if failure.cause == 'hopeless' or #failures >= options.maxAttempts then
    note_end(job, { outcome = 'dead', attempts = job.attempts, reason = failure.reason })
    keep_dead(job)
    forget(job)
    return { outcome = 'dead' }
  end
  if failure.cause == 'worker_lost' then
    run_again(job, tier_line.add_again)
    return { outcome = 'retry', inMs = 0 }
  end
  local pause = options.retryDelaysMs[#failures]
  job.state = 'resting'
  state.resting = state.resting + 1
  set_deadline(job, now() + pause)
  keep_job(job)
  return { outcome = 'retry', inMs = pause }
end

local function end_waits(due, reaped)
  local places
  local seconds = retry_after_seconds(state.waiting)
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

-- One token lies in the list while jobs wait: it is laid for the first of them. A worker that blocks
-- takes it out, then a job, and with that lays another token for the next worker if there is more to
-- do. Where the job was cancelled meanwhile it finds none, and blocks again.
local function lay_token()
  if state.waiting > 0 and redis.call('LPUSH', keys.wake, '1') > 1 then
    redis.call('LPOP', keys.wake)
  end
end

-- Without its state the rest is of no use.
local function start_afresh()
  redis.call('DEL', unpack(all_keys))
  forget_records()
  state = new_state()
end

local function take_next()
  end_rests()
  local job = schedule.take()
  if not job then return nil end
  set_deadline(job, now() + options.leaseMs)
  job_taken()
  state.running = state.running + 1
  job.state = 'running'
  job.attempts = job.attempts + 1
  job.compute_seconds = 0
  keep_job(job)
  local waited = now() - job.waiting_since
  local payload = find_text(payload_name(job.id))
  return { job.id, job.attempts, job.tenant, job.tier, waited, payload }
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
  if find_job(job.jobId) then return 1 end
  local open_jobs = open_name(job.tenant)
  if (find(open_jobs) or 0) >= job.maxOpen then return refuse('tenant_full', tenants_before(job.tier)) end
  local displaced
  if state.waiting >= options.maxWaiting then
    local seconds = retry_after_seconds(state.waiting)
    displaced = schedule.least_worthy(job.tier)
    if not displaced then return refuse('queue_full', state.waiting) end
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
    queued_at = server_now(),
    waiting_since = now(),
    state = 'waiting',
    attempts = 0,
  }
  tier_line.add(kept)
  keep_job(kept)
  keep_text(payload_name(kept.id), payload)
  -- One of the same tenant may have been displaced.
  keep(open_jobs, (find(open_jobs) or 0) + 1)
  set_deadline(kept, now() + kept.queue_timeout)
  if not displaced then return 1 end
  return cjson.encode({ admitted = true, displaced = displaced })
end

-- Whoever took it was woken, or would have been.
function verbs.take()
  local taken = take_next()
  lay_token()
  return taken
end

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
  local finished, next = finish(lease), take_next()
  -- Its worker has not waited for the token of the job that it takes along.
  if next and state.waiting == 0 then redis.call('DEL', keys.wake) end
  return { finished, next }
end

function verbs.fail(lease)
  local job = held_by(lease)
  local ended = job and end_attempt(job, lease) or { outcome = 'lost' }
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
  for _, tier in ipairs(tiers) do tier_line.forget_idle(tier) end
  lay_token()
  state.latest = now()
  return { reaped, dropped }
end

-- Ends the pauses that are over, and wakes a worker if a job waits and none was told.
function verbs.wake()
  end_rests()
  lay_token()
end

function verbs.stats()
  local answer = {
    tiers = {},
    running = state.running,
    secondsPerJob = state.seconds_per_job,
    deadLetters = (find('dead') or { count = 0 }).count,
  }
  for _, tier in ipairs(tiers) do
    local oldest = now()
    local numbers = in_tier(tier)
    for _, id in ipairs({ numbers.oldest or numbers.first, numbers.first }) do
      oldest = math.min(oldest, find_job(id).waiting_since)
    end
    answer.tiers[tier] = { waiting = state[tier], oldestWaitMs = now() - oldest }
  end
  return cjson.encode(answer)
end

function verbs.standings(input)
  local answers = {}
  prefetch_jobs(input.jobIds)
  for i, id in ipairs(input.jobIds) do
    local job = find_job(id)
    local ending = not job and find(ending_name(id))
    answers[i] = ending and ending.told or cjson.encode({ state = job and job.state or 'unknown' })
  end
  return answers
end

function verbs.deadLetters(input)
  local letters = {}
  for i, id in ipairs(dead_jobs.ids(find('dead') or {}, input.atMost)) do
    letters[i] = find_text(letter_name(id))
  end
  return letters
end

function verbs.bury(input)
  local dead = find('dead')
  if not dead then return end
  for _, id in ipairs(input.jobIds) do
    if find_text(letter_name(id)) then drop_letter(dead, id) end
  end
  keep_ends('dead', dead)
end

local reads_only = { place = true, stats = true, standings = true, deadLetters = true }

-- ARGV: verb, time in milliseconds or '' for the server's, and for some verbs input and payload.
local function run(KEYS, ARGV)
  start_call(KEYS, ARGV[2])
  start_records()
  dropped = {}
  local verb, input = ARGV[1], ARGV[3] and cjson.decode(ARGV[3])
  state = find('state', state_form)
  if not state then start_afresh() end
  local waited = state.waiting > 0
  local answer = verbs[verb](input, ARGV[4])
  if reads_only[verb] then
    state_left = known.state
  else
    if not waited then lay_token() end
    write_records()
  end
  return answer
end
