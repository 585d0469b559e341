-- What fair-schedule.ts does, over the lines of fair-tier.lua.

local schedule = {}

-- What is put aside for a tier in which nothing waits is gone.
local function put_aside(job, cost)
  if job.passed_over ~= '' then
    for lower in string.gmatch(job.passed_over, '%S+') do
      if state[lower] > 0 then
        in_tier(lower).aside = in_tier(lower).aside + cost * options.lowerTierShare
      end
    end
  end
  if job.out_of_share then in_tier(job.tier).aside = in_tier(job.tier).aside - cost end
end

local function forget_idle(tier)
  if state[tier] == 0 then in_tier(tier).aside = 0 end
end

function schedule.remove(job)
  tier_line.remove(job)
  forget_idle(job.tier)
end

-- A job that a lower tier's share pays for, or else the head of the highest tier that waits.
local function choose_next()
  local highest
  local lower = {}
  for i = 1, #tiers do
    local tier = tiers[i]
    if state[tier] > 0 then
      if highest then lower[#lower + 1] = tier else highest = tier end
    end
  end
  if not highest then return nil end
  for _, tier in ipairs(lower) do
    local head = in_tier(tier).aside > 0 and tier_line.head(tier)
    if head and in_tier(tier).aside >= head.cost then return head, lower, true end
  end
  return tier_line.head(highest), lower, nil
end

function schedule.take()
  local job, lower, out_of_share = choose_next()
  if not job then return nil end
  job.passed_over = table.concat(lower, ' ')
  job.out_of_share = out_of_share
  tier_line.take(job)
  put_aside(job, job.cost)
  forget_idle(job.tier)
  return job
end

-- The job runs no more; `cost` is what it took.
function schedule.settle(job, cost)
  put_aside(job, cost - job.cost)
  tier_line.settle(job, cost)
  forget_idle(job.tier)
end

-- The job that makes room for one of `tier`: the newest of the lowest tier below it.
function schedule.least_worthy(tier)
  for i = #tiers, 1, -1 do
    if tiers[i] == tier then return nil end
    local newest = in_tier(tiers[i]).newest
    if newest then return newest end
  end
end

-- The place of each job that waits, 1 being next.
function schedule.places()
  local places, place = {}, 0
  for _, tier in ipairs(tiers) do
    for _, id in ipairs(tier_line.upcoming(tier)) do
      place = place + 1
      places[id] = place
    end
  end
  return places
end
