-- How the records of every call are written, as numbers and texts one behind the other: other forms
-- cost several times as much, in reading and in writing. In a text '' says that there is none.

local function some(text) return text ~= '' and text or nil end

local function new_form(layout, read, write)
  return {
    read = function(text) return read(struct.unpack(layout, text)) end,
    write = function(record) return struct.pack(layout, write(record)) end,
  }
end

local state_form = new_form('<dddddddd', function(stamp, running, resting, pace, since, ...)
  local numbers = { stamp = stamp, running = running, resting = resting, seconds_per_job = pace,
    backlogged_since = since }
  for i = 1, #tiers do numbers[tiers[i]] = select(i, ...) end
  return numbers
end, function(numbers)
  return numbers.stamp, numbers.running, numbers.resting, numbers.seconds_per_job,
    numbers.backlogged_since, numbers[tiers[1]], numbers[tiers[2]], numbers[tiers[3]]
end)

local tier_form = new_form('<dddssss', function(time, latest, aside, oldest, newest, first, last)
  return { time = time, latest = latest, aside = aside, oldest = some(oldest),
    newest = some(newest), first = some(first), last = some(last) }
end, function(numbers)
  return numbers.time, numbers.latest, numbers.aside, numbers.oldest or '', numbers.newest or '',
    numbers.first or '', numbers.last or ''
end)

local lane_form = new_form('<ddddbss', function(next, lifted, running, rank, listed, first, last)
  return { next = next, lifted = lifted, running = running, rank = rank >= 0 and rank or nil,
    listed = listed == 1, first = some(first), last = some(last) }
end, function(lane)
  return lane.next, lane.lifted, lane.running, lane.rank or -1, lane.listed and 1 or 0,
    lane.first or '', lane.last or ''
end)

local job_form = {}
local job_layout = '<sssssdddddddddbbb'

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
