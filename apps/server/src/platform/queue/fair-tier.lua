-- What fair-tier.ts does, on keys that all processes share. A tier's record holds its numbers: `time`
-- and `latest`, both virtual, how many of its jobs were taken before (`again`), how many lanes are
-- `ahead`, and the compute seconds put `aside` for it.

local idle_lanes_forgotten_at_once = 100

local function in_tier(tier)
  local numbers = find(tier_name(tier))
    or { time = 0, latest = 0, again = 0, ahead = 0, aside = 0 }
  keep(tier_name(tier), numbers)
  return numbers
end

-- Lines lie behind each other in one set, in the order of their bytes: a lane's jobs by arrival.
local function line_of(job)
  return lane_name(job.tier, job.tenant) .. '\0' .. string.format('%016d', job.arrival) .. job.id
end

local function id_in_line(lane, line)
  return string.sub(line, #lane + 18)
end

local function find_lane(job)
  return find(lane_name(job.tier, job.tenant))
    or { next = 0, lifted = 0, waiting = 0, running = 0 }
end

-- Puts a lane into one of the tier's two sets, or into none.
local function place_lane(job, lane, set)
  local tier = job.tier
  if lane.set and lane.set ~= set then
    redis.call('ZREM', keys[tier][lane.set], job.tenant)
    if lane.set == 'ahead' then in_tier(tier).ahead = in_tier(tier).ahead - 1 end
  end
  if set and (lane.set ~= set or lane.rank ~= lane.next) then
    redis.call('ZADD', keys[tier][set], lane.next, job.tenant)
    if set == 'ahead' then in_tier(tier).ahead = in_tier(tier).ahead + 1 end
  end
  lane.set = set
  lane.rank = lane.next
end

-- Forgets who is not ahead of the tier's time any more.
local function forget_lanes(tier)
  local numbers = in_tier(tier)
  if numbers.ahead == 0 then return end
  local idle = redis.call('ZRANGEBYSCORE', keys[tier].ahead, '-inf', numbers.time,
    'LIMIT', 0, idle_lanes_forgotten_at_once)
  if #idle == 0 then return end
  redis.call('ZREM', keys[tier].ahead, unpack(idle))
  numbers.ahead = numbers.ahead - #idle
  for _, tenant in ipairs(idle) do drop(lane_name(tier, tenant)) end
end

-- With nobody waiting the time is that of who got furthest, and nobody is ahead of it.
local function keep_lane(job, lane)
  local numbers, name = in_tier(job.tier), lane_name(job.tier, job.tenant)
  if state[job.tier] == numbers.again then numbers.time = numbers.latest end
  local idle = lane.waiting == 0 and lane.running == 0
  if idle and lane.next <= numbers.time then
    place_lane(job, lane, nil)
    drop(name)
  else
    place_lane(job, lane, lane.waiting > 0 and 'waiting' or idle and 'ahead' or nil)
    keep(name, lane)
  end
  forget_lanes(job.tier)
end

-- An idle lane begins at the tier's time.
local function lift(job, lane)
  local lifted = math.max(0, in_tier(job.tier).time - lane.next)
  lane.next = lane.next + lifted
  lane.lifted = lane.lifted + lifted
end

local function charge(job, lane, virtual_seconds)
  lane.next = lane.next + virtual_seconds
  local numbers = in_tier(job.tier)
  numbers.latest = math.max(numbers.latest, lane.next)
end

local function leave_line(job, lane)
  redis.call('ZREM', keys.lines, line_of(job))
  redis.call('ZREM', keys[job.tier].newest, job.id)
  lane.waiting = lane.waiting - 1
  state[job.tier] = state[job.tier] - 1
end

local function leave_again(job)
  redis.call('ZREM', keys[job.tier].again, job.id)
  local numbers = in_tier(job.tier)
  numbers.again = numbers.again - 1
  state[job.tier] = state[job.tier] - 1
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
  redis.call('ZADD', keys.lines, 0, line_of(job))
  redis.call('ZADD', keys[job.tier].newest, job.arrival, job.id)
  state[job.tier] = state[job.tier] + 1
  if lane.waiting == 0 then lift(job, lane) end
  lane.waiting = lane.waiting + 1
  keep_lane(job, lane)
end

-- Puts a job that was taken before ahead of all others.
function tier_line.add_again(job)
  redis.call('ZADD', keys[job.tier].again, next_arrival(), job.id)
  local numbers = in_tier(job.tier)
  numbers.again = numbers.again + 1
  state[job.tier] = state[job.tier] + 1
  job.again = true
end

function tier_line.remove(job)
  if job.again then return leave_again(job) end
  local lane = find_lane(job)
  leave_line(job, lane)
  keep_lane(job, lane)
end

-- The job that is taken next.
function tier_line.head(tier)
  if in_tier(tier).again > 0 then
    local id = redis.call('ZRANGE', keys[tier].again, 0, 0)[1]
    if not id then return nil end
    prefetch({ job_name(id), payload_name(id) })
    return find_job(id)
  end
  local tenant = redis.call('ZRANGE', keys[tier].waiting, 0, 0)[1]
  if not tenant then return nil end
  local lane = lane_name(tier, tenant)
  local line = redis.call('ZRANGEBYLEX', keys.lines, '[' .. lane .. '\0', '+', 'LIMIT', 0, 1)[1]
  if not line then return nil end
  local id = id_in_line(lane, line)
  prefetch({ job_name(id), payload_name(id), lane })
  return find_job(id)
end

-- Takes the head, whose tenant pays the expected cost for now.
function tier_line.take(job)
  local lane = find_lane(job)
  if lane.waiting == 0 then lift(job, lane) end
  lane.running = lane.running + 1
  if job.again then
    leave_again(job)
  else
    local numbers = in_tier(job.tier)
    numbers.time = math.max(numbers.time, lane.next)
    leave_line(job, lane)
  end
  charge(job, lane, job.cost / job.weight)
  job.lifted = lane.lifted
  keep_lane(job, lane)
end

-- Corrects what the tenant paid, once it is known what the job took.
function tier_line.settle(job, cost)
  local lane = find_lane(job)
  lane.running = lane.running - 1
  local correction = (cost - job.cost) / job.weight
  -- Had the cost been known, the tenant would have been moved up by so much more or less.
  local lifted_since = lane.lifted - job.lifted
  if correction > 0 then
    charge(job, lane, math.max(0, correction - lifted_since))
  elseif lifted_since == 0 then
    charge(job, lane, correction)
  end
  keep_lane(job, lane)
end

-- Ids of the jobs of a tier, as they would be taken if nobody came or left any more.
function tier_line.upcoming(tier)
  local ids = redis.call('ZRANGE', keys[tier].again, 0, -1)
  local coming = {}
  local waiting = redis.call('ZRANGE', keys[tier].waiting, 0, -1, 'WITHSCORES')
  for i = 1, #waiting, 2 do
    local lane, start = lane_name(tier, waiting[i]), tonumber(waiting[i + 1])
    local lines = redis.call('ZRANGEBYLEX', keys.lines, '[' .. lane .. '\0', '(' .. lane .. '\1')
    local names = {}
    for j, line in ipairs(lines) do names[j] = job_name(id_in_line(lane, line)) end
    prefetch(names)
    for _, name in ipairs(names) do
      local job = find(name)
      coming[#coming + 1] = { id = job.id, start = start, number = #coming }
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
