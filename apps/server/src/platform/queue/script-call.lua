-- What all parts of the script share during one call; none of it counts in the next one.

local keys, all_keys, options, state = {}, nil, nil, nil
local now_ms, now_micros, told_ms

-- Microseconds, by the server's clock.
local function stamp()
  if not now_micros then
    local time = redis.call('TIME')
    now_micros = time[1] * 1000000 + time[2]
  end
  return now_micros
end

-- Milliseconds, by the server's clock, because it is the only one that all processes share.
local function server_now()
  return told_ms or math.floor(stamp() / 1000)
end

-- Milliseconds, by the queue's own clock, which goes on evenly where the server's is set: leases and
-- waits would else end all at once, or not for hours. It stands still while nobody notes the time.
local function now()
  if not now_ms then
    local latest, server = state.latest, server_now()
    now_ms = server + state.ahead
    if latest > 0 then
      now_ms = math.max(latest, math.min(now_ms, latest + options.longestStepMs))
      state.ahead = now_ms - server
    end
  end
  return now_ms
end

-- By tier they are the sets of its tenants that wait.
local function name_keys(KEYS)
  all_keys = KEYS
  for i, name in ipairs(shared_keys) do keys[name] = KEYS[i] end
  for i, tier in ipairs(tiers) do keys[tier] = KEYS[#shared_keys + i] end
end

-- `latest` is the time that was noted last, by a clock that is `ahead` of the server's by so much.
-- `state[tier]` is how many of the jobs that are `waiting` wait in it.
local function new_state()
  local numbers = { stamp = 0, latest = 0, ahead = 0, running = 0, resting = 0,
    seconds_per_job = 1, backlogged_since = 0, waiting = 0 }
  for _, tier in ipairs(tiers) do numbers[tier] = 0 end
  return numbers
end

-- Names are as a rule those of the call before.
local function start_call(KEYS, time)
  if keys.records ~= KEYS[1] then name_keys(KEYS) end
  -- While this is loaded there is no cjson yet.
  if not options then options = cjson.decode(options_text) end
  now_ms, now_micros, told_ms = nil, nil, tonumber(time)
end
