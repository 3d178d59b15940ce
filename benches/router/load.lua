-- The load that wrk drives: one operation, another value of $nonce in every request.
-- Arguments: the file with the operation, the length of every right answer, how many values of $nonce there are,
-- how many threads share them.

local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

local function json_string(text)
  local escaped = text:gsub('[\\"]', '\\%0'):gsub('\n', '\\n')
  return '"' .. escaped .. '"'
end

function init(arguments)
  local file = assert(io.open(arguments[1]))
  local body = '{"query":' .. json_string(file:read('*a')) .. ',"variables":{"nonce":'
  file:close()
  expected = tonumber(arguments[2])
  share = math.floor(tonumber(arguments[3]) / tonumber(arguments[4]))
  first = number * share
  sent, right, wrong_status, wrong_length = 0, 0, 0, 0
  local headers = { ['content-type'] = 'application/json', ['accept'] = 'application/json' }
  make = function(nonce) return wrk.format('POST', nil, headers, body .. nonce .. '}}') end
end

function request()
  sent = sent + 1
  return make(first + sent % share)
end

function response(status, _, body)
  if status ~= 200 then
    wrong_status = wrong_status + 1
  elseif #body ~= expected then
    wrong_length = wrong_length + 1
  else
    right = right + 1
  end
end

function done(summary, latency, _)
  local function sum(name)
    local total = 0
    for _, thread in ipairs(threads) do total = total + thread:get(name) end
    return total
  end
  local errors = summary.errors
  print(string.format(
    '{"right":%d,"wrongStatus":%d,"wrongLength":%d,"socketErrors":%d,"timeouts":%d,"seconds":%.6f,'
      .. '"p50Us":%d,"p95Us":%d,"p99Us":%d,"maxUs":%d}',
    sum('right'), sum('wrong_status'), sum('wrong_length'), errors.connect + errors.read + errors.write,
    errors.timeout, summary.duration / 1e6, latency:percentile(50), latency:percentile(95), latency:percentile(99),
    latency.max))
end
