-- Names one behind the other: a record holds both ends of a line, and texts say who is next to whom,
-- so that one is taken out of the middle as quickly as from the front.

local function new_line(first, last, after, before)
  local line = {}

  function line.append(ends, id)
    local former = ends[last]
    if former then
      keep_text(after .. former, id)
      keep_text(before .. id, former)
    else
      ends[first] = id
    end
    ends[last] = id
  end

  function line.next(ends, id)
    return ends[last] ~= id and find_text(after .. id) or nil
  end

  -- Adds the names of what `remove` will read.
  function line.name_neighbours(ends, id, names)
    if ends[last] ~= id then names[#names + 1] = after .. id end
    if ends[first] ~= id then names[#names + 1] = before .. id end
  end

  function line.remove(ends, id)
    local former = ends[first] ~= id and find_text(before .. id) or nil
    local latter = line.next(ends, id)
    if former then drop(before .. id) else ends[first] = latter end
    if latter then drop(after .. id) else ends[last] = former end
    if former and latter then
      keep_text(after .. former, latter)
      keep_text(before .. latter, former)
    elseif former then
      drop(after .. former)
    elseif latter then
      drop(before .. latter)
    end
  end

  -- From the front.
  function line.ids(ends, at_most)
    local ids, id = {}, ends[first]
    while id and #ids < at_most do
      ids[#ids + 1] = id
      id = line.next(ends, id)
    end
    return ids
  end

  return line
end

local function keep_ends(name, ends)
  if ends.first then keep(name, ends) else drop(name) end
end

-- A tenant's jobs that wait, or those of a tier that wait to be taken once more.
local line = new_line('first', 'last', 'after ', 'before ')
-- The jobs of a tier that wait and were not taken yet.
local arrivals = new_line('oldest', 'newest', 'newer ', 'older ')
-- Tenants that have nothing to do, by the names of their lanes.
local idlers = new_line('first', 'last', 'idle after ', 'idle before ')
local dead_jobs = new_line('first', 'last', 'dead after ', 'dead before ')
local ended_jobs = new_line('first', 'last', 'ended after ', 'ended before ')
