-- What is known of jobs and tenants: texts in one hash, most of them records. A call reads each of
-- them once, and writes those that it changed together, at its end.

local many = 1000
local known, records, changed

local function start_records()
  known, records, changed = {}, {}, {}
end

-- Reads texts before they are asked for, in one step.
local function prefetch(names)
  local unknown = {}
  for i = 1, #names do
    if known[names[i]] == nil then unknown[#unknown + 1] = names[i] end
  end
  for from = 1, #unknown, many do
    local to = math.min(#unknown, from + many - 1)
    local texts = redis.call('HMGET', keys.records, unpack(unknown, from, to))
    for i = from, to do known[unknown[i]] = texts[i - from + 1] end
  end
end

local function find_text(name)
  if known[name] == nil then prefetch({ name }) end
  return known[name] or nil
end

local function find(name)
  local record = records[name]
  if record ~= nil then return record end
  local text = find_text(name)
  if not text then return nil end
  record = cmsgpack.unpack(text)
  records[name] = record
  return record
end

local function keep_text(name, text)
  known[name] = text
  changed[name] = true
end

local function keep(name, record)
  records[name] = record
  changed[name] = true
end

local function drop(name)
  records[name] = nil
  keep_text(name, false)
end

local function call_with_many(command, list)
  for from = 1, #list, many do
    redis.call(command, keys.records, unpack(list, from, math.min(#list, from + many - 1)))
  end
end

local function write_records()
  local fields, gone = {}, {}
  for name in pairs(changed) do
    local record, before = records[name], known[name]
    local text = record and cmsgpack.pack(record) or before
    if not text then
      gone[#gone + 1] = name
    elseif not record or text ~= before then
      fields[#fields + 1] = name
      fields[#fields + 1] = text
    end
  end
  call_with_many('HSET', fields)
  call_with_many('HDEL', gone)
end

-- While this is loaded there is no ipairs yet.
local tier_names = {}
for i = 1, #tiers do tier_names[tiers[i]] = 'tier ' .. tiers[i] end

local function job_name(id) return 'job ' .. id end
local function payload_name(id) return 'payload ' .. id end
local function letter_name(id) return 'letter ' .. id end
local function ending_name(id) return 'ending ' .. id end
local function lane_name(tier, tenant) return 'lane ' .. tier .. ' ' .. tenant end
local function idlers_name(tier) return 'idlers ' .. tier end
-- How many jobs of a tenant are open.
local function open_name(tenant) return 'open ' .. tenant end

local function find_job(id) return find(job_name(id)) end
local function keep_job(job) keep(job_name(job.id), job) end

-- Reads jobs before they are asked for.
local function prefetch_jobs(ids)
  local names = {}
  for i, id in ipairs(ids) do names[i] = job_name(id) end
  prefetch(names)
end
