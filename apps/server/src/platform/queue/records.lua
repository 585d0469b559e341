-- What is known of jobs and tenants: texts in one hash, most of them records, those of every call in
-- a form of their own. A call reads each once, and writes those that it changed together, at its end.
-- The next call goes on with what this one knew, if the state is as it was left: a stamp in it, which
-- is never the same, is changed by whoever changes anything.

local many = 1000
local most_remembered = 200
local known, records, changed
local state_left
local remembered = 0

local function forget_records()
  known, records, changed, remembered = {}, {}, {}, 0
end

local function start_records()
  local text = redis.call('HGET', keys.records, 'state')
  if not text or text ~= state_left or remembered > most_remembered then forget_records() end
  -- A call that fails has not written what it changed.
  state_left = nil
  changed = {}
  known.state = text
end

-- Reads texts before they are asked for, in one step.
local function prefetch(names)
  local unknown = {}
  for i = 1, #names do
    if known[names[i]] == nil then unknown[#unknown + 1] = names[i] end
  end
  remembered = remembered + #unknown
  for from = 1, #unknown, many do
    local to = math.min(#unknown, from + many - 1)
    local texts = redis.call('HMGET', keys.records, unpack(unknown, from, to))
    for i = from, to do known[unknown[i]] = texts[i - from + 1] end
  end
end

local function find_text(name)
  local text = known[name]
  if text == nil then
    text = redis.call('HGET', keys.records, name)
    known[name] = text
    remembered = remembered + 1
  end
  return text or nil
end

local function find(name, form)
  local record = records[name]
  if record then return record end
  local text = find_text(name)
  if not text then return nil end
  record = form and form.read(text) or cmsgpack.unpack(text)
  records[name] = record
  return record
end

local function keep_text(name, text)
  known[name] = text
  changed[name] = true
end

local function keep(name, record, form)
  records[name] = record
  changed[name] = form or true
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

local function write_changed()
  local fields, gone = {}, {}
  for name, form in pairs(changed) do
    local record, text = records[name], known[name]
    local before = text
    if record then text = form == true and cmsgpack.pack(record) or form.write(record) end
    if not text then
      gone[#gone + 1] = name
    elseif not record or text ~= before then
      known[name] = text
      fields[#fields + 1] = name
      fields[#fields + 1] = text
    end
  end
  return fields, gone
end

local function write_records()
  local fields, gone = write_changed()
  if #fields > 0 or #gone > 0 or state_form.write(state) ~= known.state then
    state.stamp = stamp()
    state.latest = now()
    known.state = state_form.write(state)
    records.state = state
    fields[#fields + 1] = 'state'
    fields[#fields + 1] = known.state
    call_with_many('HSET', fields)
    call_with_many('HDEL', gone)
  end
  state_left = known.state
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

local function find_job(id) return find(job_name(id), job_form) end
local function keep_job(job) keep(job_name(job.id), job, job_form) end

-- Reads jobs before they are asked for.
local function prefetch_jobs(ids)
  local names = {}
  for i, id in ipairs(ids) do names[i] = job_name(id) end
  prefetch(names)
end
