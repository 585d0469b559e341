-- What is known of jobs and tenants: records in one hash. A call reads each of them once, and writes
-- those that it changed together, at its end.

local many = 1000
local known, changed

local function start_records()
  known, changed = {}, {}
end

-- Reads records before they are asked for, in one step.
local function prefetch(names)
  local unknown = {}
  for _, name in ipairs(names) do
    if known[name] == nil then unknown[#unknown + 1] = name end
  end
  for from = 1, #unknown, many do
    local to = math.min(#unknown, from + many - 1)
    local packed = redis.call('HMGET', keys.records, unpack(unknown, from, to))
    for i = from, to do
      local text = packed[i - from + 1]
      known[unknown[i]] = text and cmsgpack.unpack(text)
    end
  end
end

local function find(name)
  if known[name] == nil then prefetch({ name }) end
  return known[name] or nil
end

local function keep(name, record)
  known[name] = record
  changed[name] = true
end

local function drop(name)
  keep(name, false)
end

local function call_with_many(command, list)
  for from = 1, #list, many do
    redis.call(command, keys.records, unpack(list, from, math.min(#list, from + many - 1)))
  end
end

local function write_records()
  local fields, gone = {}, {}
  for name in pairs(changed) do
    if known[name] then
      fields[#fields + 1] = name
      fields[#fields + 1] = cmsgpack.pack(known[name])
    else
      gone[#gone + 1] = name
    end
  end
  call_with_many('HSET', fields)
  call_with_many('HDEL', gone)
end

local function job_name(id) return 'job ' .. id end
local function payload_name(id) return 'payload ' .. id end
local function tier_name(tier) return 'tier ' .. tier end
local function lane_name(tier, tenant) return 'lane ' .. tier .. ' ' .. tenant end
-- How many jobs of a tenant are open.
local function open_name(tenant) return 'open ' .. tenant end

local function find_job(id) return find(job_name(id)) end
local function keep_job(job) keep(job_name(job.id), job) end
