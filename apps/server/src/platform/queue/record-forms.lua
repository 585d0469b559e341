-- How the records of every call are written, as numbers and texts one behind the other: other forms
-- cost several times as much, in reading and in writing. In a text '' says that there is none.

local function some(text) return text ~= '' and text or nil end

local state_form, tier_form, lane_form, job_form = {}, {}, {}, {}
local state_layout, tier_layout, lane_layout = '<dddddddddd', '<dddssss', '<ddddbss'
local job_layout = '<sssssdddddddddbbb'

function state_form.read(text)
  local stamp, latest, ahead, running, resting, pace, since, first, second, third =
    struct.unpack(state_layout, text)
  return { stamp = stamp, latest = latest, ahead = ahead, running = running, resting = resting, seconds_per_job = pace,
    backlogged_since = since, waiting = first + second + third,
    [tiers[1]] = first, [tiers[2]] = second, [tiers[3]] = third }
end

function state_form.write(numbers)
  return struct.pack(state_layout, numbers.stamp, numbers.latest, numbers.ahead, numbers.running, numbers.resting,
    numbers.seconds_per_job, numbers.backlogged_since,
    numbers[tiers[1]], numbers[tiers[2]], numbers[tiers[3]])
end

function tier_form.read(text)
  local time, latest, aside, oldest, newest, first, last = struct.unpack(tier_layout, text)
  return { time = time, latest = latest, aside = aside, oldest = some(oldest),
    newest = some(newest), first = some(first), last = some(last) }
end

function tier_form.write(numbers)
  return struct.pack(tier_layout, numbers.time, numbers.latest, numbers.aside,
    numbers.oldest or '', numbers.newest or '', numbers.first or '', numbers.last or '')
end

function lane_form.read(text)
  local next, lifted, running, rank, listed, first, last = struct.unpack(lane_layout, text)
  return { next = next, lifted = lifted, running = running, rank = rank >= 0 and rank or nil,
    listed = listed == 1, first = some(first), last = some(last) }
end

function lane_form.write(lane)
  return struct.pack(lane_layout, lane.next, lane.lifted, lane.running, lane.rank or -1,
    lane.listed and 1 or 0, lane.first or '', lane.last or '')
end

function job_form.read(text)
  local id, tenant, tier, job_state, passed_over, weight, cost, queue_timeout, run_timeout,
    queued_at, waiting_since, attempts, compute_seconds, lifted, again, cancelled, out_of_share,
    rest = struct.unpack(job_layout, text)
  return {
    id = id,
    tenant = tenant,
    tier = tier,
    state = job_state,
    passed_over = passed_over,
    weight = weight,
    cost = cost,
    queue_timeout = queue_timeout,
    run_timeout = run_timeout,
    queued_at = queued_at,
    waiting_since = waiting_since,
    attempts = attempts,
    compute_seconds = compute_seconds,
    lifted = lifted,
    again = again == 1,
    cancelled = cancelled == 1,
    out_of_share = out_of_share == 1,
    failures = #text >= rest and cmsgpack.unpack(string.sub(text, rest)) or nil,
  }
end

function job_form.write(job)
  local text = struct.pack(job_layout, job.id, job.tenant, job.tier, job.state,
    job.passed_over or '', job.weight, job.cost, job.queue_timeout, job.run_timeout, job.queued_at,
    job.waiting_since, job.attempts, job.compute_seconds or 0, job.lifted or 0,
    job.again and 1 or 0, job.cancelled and 1 or 0, job.out_of_share and 1 or 0)
  return job.failures and text .. cmsgpack.pack(job.failures) or text
end
