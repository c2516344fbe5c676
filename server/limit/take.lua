-- Rule.take of limit.go, in microseconds, by Redis's own clock: the servers' may differ.
-- KEYS[1]: who under which rule. Its value: up to when the tries so far reach.
-- ARGV: n (negative: given back), every, free (in time), longest, sheds (1 or 0). Answers {wait, shed}.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local n, every, free, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local most = free + longest
local ahead = tonumber(redis.call('GET', KEYS[1]) or now) - now
ahead = math.min(math.max(ahead, 0), most)
local after = math.max(ahead + n * every, 0)
if n > 0 and after > most then
  if ARGV[5] == '1' then
    return {after - free, 1}
  end
  after = most
end
if after > 0 then
  redis.call('SET', KEYS[1], string.format('%.0f', now + after), 'PX', math.ceil(after / 1000))
else
  redis.call('DEL', KEYS[1])
end
return {math.max(after - free, 0), 0}
