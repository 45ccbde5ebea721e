-- For wrk: posts one JSON body of BODY_BYTES bytes again and again, and says at the end what was measured, as JSON.
local size = tonumber(os.getenv("BODY_BYTES"))
local opening, closing = '{"inputs":[{"name":"x","data":[0.5', "]}]}"
local count = math.floor((size - #opening - #closing) / 4)
local numbers = string.rep(",0.5", count)
local padding = string.rep(" ", size - #opening - #numbers - #closing)

wrk.method = "POST"
wrk.body = opening .. numbers .. padding .. closing
wrk.headers["Content-Type"] = "application/json"

function done(summary, latency)
    local errors = summary.errors
    local broken = errors.connect + errors.read + errors.write + errors.timeout
    io.write(string.format('{"requests":%d,"microseconds":%d,"status":%d,"broken":%d,"p50":%d,"p99":%d}\n',
        summary.requests, summary.duration, errors.status, broken, latency:percentile(50), latency:percentile(99)))
end
