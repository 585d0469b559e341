-- What fair-tier.ts does, on keys that all processes share. A tier's record holds its numbers: `time`
-- and `latest`, both virtual, the compute seconds put `aside` for it, and the ends of two lines: of
-- the jobs that wait to be taken once more, and of all others that wait.

local idlers_at_once = 100

local function in_tier(tier)
  local name = tier_names[tier]
  local numbers = find(name, tier_form) or { time = 0, latest = 0, aside = 0 }
  keep(name, numbers, tier_form)
  return numbers
end

-- A tenant's line within a tier.
local function find_lane(job)
  local name = lane_name(job.tier, job.tenant)
  return find(name, lane_form) or { next = 0, lifted = 0, running = 0 }, name
end

-- In the tier's set lies each tenant that waits, by the time at which its next job starts.
local function place_lane(job, lane)
  local rank = lane.first and lane.next
  if rank == lane.rank then return end
  if rank then
    redis.call('ZADD', keys[job.tier], rank, job.tenant)
  else
    redis.call('ZREM', keys[job.tier], job.tenant)
  end
  lane.rank = rank
end

-- With nobody waiting the time is that of who got furthest, and nobody is ahead of it. Who is ahead
-- with nothing to do is kept, and forgotten by and by.
local function keep_lane(job, numbers, lane, name)
  if not numbers.oldest then numbers.time = numbers.latest end
  place_lane(job, lane)
  local idle = not lane.first and lane.running == 0
  if idle and not lane.listed then
    if lane.next <= numbers.time then return drop(name) end
    local ends = find(idlers_name(job.tier)) or {}
    idlers.append(ends, name)
    keep(idlers_name(job.tier), ends)
    lane.listed = true
  end
  keep(name, lane, lane_form)
end

-- An idle lane begins at the tier's time.
local function lift(lane, time)
  if time <= lane.next then return end
  lane.lifted = lane.lifted + (time - lane.next)
  lane.next = time
end

local function charge(numbers, lane, virtual_seconds)
  lane.next = lane.next + virtual_seconds
  numbers.latest = math.max(numbers.latest, lane.next)
end

local function count_waiting(tier, more)
  state[tier] = state[tier] + more
  state.waiting = state.waiting + more
end

local function leave_line(job, numbers, lane)
  line.remove(lane, job.id)
  arrivals.remove(numbers, job.id)
  count_waiting(job.tier, -1)
end

local function leave_again(job, numbers)
  line.remove(numbers, job.id)
  count_waiting(job.tier, -1)
  job.again = nil
end

local tier_line = {}

-- Puts a job at the end of its tenant's line.
function tier_line.add(job)
  local numbers, lane, name = in_tier(job.tier), find_lane(job)
  if not lane.first then lift(lane, numbers.time) end
  line.append(lane, job.id)
  arrivals.append(numbers, job.id)
  count_waiting(job.tier, 1)
  keep_lane(job, numbers, lane, name)
end

-- Puts a job that was taken before ahead of all others.
function tier_line.add_again(job)
  line.append(in_tier(job.tier), job.id)
  count_waiting(job.tier, 1)
  job.again = true
end

function tier_line.remove(job)
  local numbers = in_tier(job.tier)
  if job.again then return leave_again(job, numbers) end
  local lane, name = find_lane(job)
  leave_line(job, numbers, lane)
  keep_lane(job, numbers, lane, name)
end

local function first_tenant(tier)
  return redis.call('ZRANGE', keys[tier], '0', '0')[1]
end

-- Where the tier's set was lost: evicted, or deleted by hand.
local function place_lanes_anew(tier)
  for _, id in ipairs(arrivals.ids(in_tier(tier), state[tier])) do
    local job = find_job(id)
    redis.call('ZADD', keys[tier], find_lane(job).next, job.tenant)
  end
end

-- The first job of a line, with what is needed to take it out.
local function find_head(ends, numbers)
  local id = ends.first
  if known[job_name(id)] == nil then
    local names = { job_name(id), payload_name(id) }
    line.name_neighbours(ends, id, names)
    if numbers then arrivals.name_neighbours(numbers, id, names) end
    prefetch(names)
  end
  return find_job(id)
end

-- The job that is taken next.
function tier_line.head(tier)
  local numbers = in_tier(tier)
  if numbers.first then return find_head(numbers) end
  local tenant = first_tenant(tier)
  if not tenant then
    place_lanes_anew(tier)
    tenant = first_tenant(tier)
  end
  return find_head(find(lane_name(tier, tenant), lane_form), numbers)
end

-- Takes the head, whose tenant pays the expected cost for now.
function tier_line.take(job)
  local numbers, lane, name = in_tier(job.tier), find_lane(job)
  if not lane.first then lift(lane, numbers.time) end
  lane.running = lane.running + 1
  if job.again then
    leave_again(job, numbers)
  else
    numbers.time = math.max(numbers.time, lane.next)
    leave_line(job, numbers, lane)
  end
  charge(numbers, lane, job.cost / job.weight)
  job.lifted = lane.lifted
  keep_lane(job, numbers, lane, name)
end

-- Corrects what the tenant paid, once it is known what the job took.
function tier_line.settle(job, cost)
  local numbers, lane, name = in_tier(job.tier), find_lane(job)
  lane.running = lane.running - 1
  local correction = (cost - job.cost) / job.weight
  -- Had the cost been known, the tenant would have been moved up by so much more or less.
  local lifted_since = lane.lifted - job.lifted
  if correction > 0 then
    charge(numbers, lane, math.max(0, correction - lifted_since))
  elseif lifted_since == 0 then
    charge(numbers, lane, correction)
  end
  keep_lane(job, numbers, lane, name)
end

-- Forgets some of the tenants with nothing to do that are not ahead of the tier's time any more.
function tier_line.forget_idle(tier)
  local ends, time = find(idlers_name(tier)), in_tier(tier).time
  if not ends then return end
  for _, name in ipairs(idlers.ids(ends, idlers_at_once)) do
    local lane = find(name, lane_form)
    idlers.remove(ends, name)
    lane.listed = nil
    if lane.first or lane.running > 0 then
      keep(name, lane, lane_form)
    elseif lane.next <= time then
      drop(name)
    else
      idlers.append(ends, name)
      lane.listed = true
    end
  end
  keep_ends(idlers_name(tier), ends)
end

-- The heads of all lines, each with its lane and the time at which it starts.
local function line_heads(tier)
  local waiting = redis.call('ZRANGE', keys[tier], 0, -1, 'WITHSCORES')
  local names, heads = {}, {}
  for i = 1, #waiting, 2 do names[#names + 1] = lane_name(tier, waiting[i]) end
  prefetch(names)
  for i, name in ipairs(names) do
    local lane = find(name, lane_form)
    heads[i] = { lane = lane, id = lane.first, start = tonumber(waiting[2 * i]) }
  end
  return heads
end

-- Ids of the jobs of a tier, as they would be taken if nobody came or left any more.
function tier_line.upcoming(tier)
  local coming, heads = {}, line_heads(tier)
  while #heads > 0 do
    local names, behind = {}, {}
    for _, head in ipairs(heads) do
      names[#names + 1] = job_name(head.id)
      line.name_neighbours(head.lane, head.id, names)
    end
    prefetch(names)
    for _, head in ipairs(heads) do
      head.number = #coming
      coming[#coming + 1] = head
      local job, id = find_job(head.id), line.next(head.lane, head.id)
      if id then
        local start = head.start + job.cost / job.weight
        behind[#behind + 1] = { lane = head.lane, id = id, start = start }
      end
    end
    heads = behind
  end
  table.sort(coming, function(a, b)
    if a.start == b.start then return a.number < b.number end
    return a.start < b.start
  end)
  local ids = line.ids(in_tier(tier), math.huge)
  for _, job in ipairs(coming) do ids[#ids + 1] = job.id end
  return ids
end
