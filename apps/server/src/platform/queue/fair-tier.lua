-- What fair-tier.ts does, on keys that all processes share. `state[tier]` holds the tier's numbers:
-- `time` and `latest`, both virtual, and how many jobs wait, taken before (`again`) or not (`fresh`).

local idle_lanes_forgotten_at_once = 100

local function find_job(id)
  local packed = redis.call('HGET', keys.jobs, id)
  return packed and cmsgpack.unpack(packed)
end

local function keep_job(job)
  redis.call('HSET', keys.jobs, job.id, cmsgpack.pack(job))
end

-- Lines lie behind each other in one set, in the order of their bytes: a lane's jobs by arrival.
local function line_of(lane, job)
  return lane.name .. '\0' .. string.format('%016d', job.arrival) .. job.id
end

local function id_in_line(lane_name, line)
  return string.sub(line, #lane_name + 18)
end

local function lane_name(tier, tenant)
  return tier .. ' ' .. tenant
end

local function find_lane(job)
  local lane = { tier = job.tier, tenant = job.tenant, name = lane_name(job.tier, job.tenant) }
  local known = redis.call('HGET', keys.lanes, lane.name)
  if known then
    lane.next, lane.lifted, lane.waiting, lane.running = unpack(cmsgpack.unpack(known))
    lane.was_waiting = lane.waiting > 0
    lane.was_ahead = not lane.was_waiting and lane.running == 0
  else
    lane.next, lane.lifted, lane.waiting, lane.running = 0, 0, 0, 0
  end
  return lane
end

-- Forgets who is not ahead of the tier's time; with nobody waiting that is everybody.
local function catch_up(tier)
  local numbers = state[tier]
  if numbers.fresh == 0 then numbers.time = numbers.latest end
  local idle = redis.call('ZRANGEBYSCORE', keys[tier].ahead, '-inf', numbers.time,
    'LIMIT', 0, idle_lanes_forgotten_at_once)
  if #idle == 0 then return end
  redis.call('ZREM', keys[tier].ahead, unpack(idle))
  for i, tenant in ipairs(idle) do idle[i] = lane_name(tier, tenant) end
  redis.call('HDEL', keys.lanes, unpack(idle))
end

local function keep_lane(lane)
  local of_tier = keys[lane.tier]
  redis.call('HSET', keys.lanes, lane.name,
    cmsgpack.pack({ lane.next, lane.lifted, lane.waiting, lane.running }))
  local waits, is_ahead = lane.waiting > 0, lane.waiting == 0 and lane.running == 0
  if waits then
    redis.call('ZADD', of_tier.waiting, lane.next, lane.tenant)
  elseif lane.was_waiting then
    redis.call('ZREM', of_tier.waiting, lane.tenant)
  end
  if is_ahead then
    redis.call('ZADD', of_tier.ahead, lane.next, lane.tenant)
  elseif lane.was_ahead then
    redis.call('ZREM', of_tier.ahead, lane.tenant)
  end
end

-- An idle lane begins at the tier's time.
local function lift(lane)
  local lifted = math.max(0, state[lane.tier].time - lane.next)
  lane.next = lane.next + lifted
  lane.lifted = lane.lifted + lifted
end

local function charge(lane, virtual_seconds)
  lane.next = lane.next + virtual_seconds
  state[lane.tier].latest = math.max(state[lane.tier].latest, lane.next)
end

local function leave_line(lane, job)
  redis.call('ZREM', keys.lines, line_of(lane, job))
  redis.call('ZREM', keys[job.tier].newest, job.id)
  lane.waiting = lane.waiting - 1
  state[job.tier].fresh = state[job.tier].fresh - 1
end

local function leave_again(job)
  redis.call('ZREM', keys[job.tier].again, job.id)
  state[job.tier].again = state[job.tier].again - 1
  job.again = nil
end

local function next_arrival()
  state.arrivals = state.arrivals + 1
  return state.arrivals
end

local tier_line = {}

-- Puts a job at the end of its tenant's line.
function tier_line.add(job)
  local lane = find_lane(job)
  job.arrival = next_arrival()
  redis.call('ZADD', keys.lines, 0, line_of(lane, job))
  redis.call('ZADD', keys[job.tier].newest, job.arrival, job.id)
  state[job.tier].fresh = state[job.tier].fresh + 1
  lane.waiting = lane.waiting + 1
  if not lane.was_waiting then lift(lane) end
  keep_lane(lane)
end

-- Puts a job that was taken before ahead of all others.
function tier_line.add_again(job)
  redis.call('ZADD', keys[job.tier].again, next_arrival(), job.id)
  state[job.tier].again = state[job.tier].again + 1
  job.again = true
end

function tier_line.remove(job)
  if job.again then return leave_again(job) end
  local lane = find_lane(job)
  leave_line(lane, job)
  keep_lane(lane)
  catch_up(job.tier)
end

-- The job that is taken next.
function tier_line.head(tier)
  if state[tier].again > 0 then
    return find_job(redis.call('ZRANGE', keys[tier].again, 0, 0)[1])
  end
  local tenant = redis.call('ZRANGE', keys[tier].waiting, 0, 0)[1]
  if not tenant then return nil end
  local name = lane_name(tier, tenant)
  local line = redis.call('ZRANGEBYLEX', keys.lines, '[' .. name .. '\0', '+', 'LIMIT', 0, 1)[1]
  return find_job(id_in_line(name, line))
end

-- Takes the head, whose tenant pays the expected cost for now.
function tier_line.take(job)
  local lane = find_lane(job)
  if not lane.was_waiting then lift(lane) end
  lane.running = lane.running + 1
  if job.again then
    leave_again(job)
  else
    state[job.tier].time = math.max(state[job.tier].time, lane.next)
    leave_line(lane, job)
  end
  charge(lane, job.cost / job.weight)
  job.lifted = lane.lifted
  keep_lane(lane)
  catch_up(job.tier)
end

-- Corrects what the tenant paid, once it is known what the job took.
function tier_line.settle(job, cost)
  local lane = find_lane(job)
  lane.running = lane.running - 1
  local correction = (cost - job.cost) / job.weight
  -- Had the cost been known, the tenant would have been moved up by so much more or less.
  local lifted_since = lane.lifted - job.lifted
  if correction > 0 then
    charge(lane, math.max(0, correction - lifted_since))
  elseif lifted_since == 0 then
    charge(lane, correction)
  end
  keep_lane(lane)
  catch_up(job.tier)
end

-- Ids of the jobs of a tier, as they would be taken if nobody came or left any more.
function tier_line.upcoming(tier)
  local ids = redis.call('ZRANGE', keys[tier].again, 0, -1)
  local coming = {}
  local waiting = redis.call('ZRANGE', keys[tier].waiting, 0, -1, 'WITHSCORES')
  for i = 1, #waiting, 2 do
    local name, start = lane_name(tier, waiting[i]), tonumber(waiting[i + 1])
    local lines = redis.call('ZRANGEBYLEX', keys.lines, '[' .. name .. '\0', '(' .. name .. '\1')
    for _, line in ipairs(lines) do
      local id = id_in_line(name, line)
      coming[#coming + 1] = { id = id, start = start, number = #coming }
      local job = find_job(id)
      start = start + job.cost / job.weight
    end
  end
  table.sort(coming, function(a, b)
    if a.start == b.start then return a.number < b.number end
    return a.start < b.start
  end)
  for _, job in ipairs(coming) do ids[#ids + 1] = job.id end
  return ids
end
