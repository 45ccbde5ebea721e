import ControlWire
import Foundation
import PostgresStore
import RolloutCore
import RolloutEngine
import Statistics
import Testing

@Suite("Signals, baselines and labels through the API")
struct SignalAPITests {
    @Test("Signals are declared with a model or later, shown, and not changed under an open rollout")
    func signals() throws {
        try ControlBench.with { bench in
            let declared = #"{"slices":["region"],"predictionDays":30}"#
            _ = try bench.post("/v1/models", #"{"name":"digits","signals":\#(declared)}"#)

            let created = try bench.get("/v1/models/digits/signals").decoded(ModelSignals.self)
            let again = try bench.put("/v1/models/digits/signals", declared).decoded(SignalsResponse.self)
            let other = try bench.put("/v1/models/digits/signals", #"{"adapter":"chat"}"#).decoded(SignalsResponse.self)
            let shown = try bench.get("/v1/models/digits").decoded(ModelResponse.self)

            #expect(created.slices.map(\.text) == ["region"] && created.predictionDays == 30)
            #expect(!again.changed && again.signals == created)
            #expect(other.changed && other.signals == ModelSignals(adapter: .chat))
            #expect(shown.signals == other.signals)
            try bench.openRollout()
            let refused = try bench.put("/v1/models/digits/signals", "{}")
                .problem(status: 409, type: "urn:serin:problem:rollout-is-open")
            #expect(refused.rollout != nil)
            _ = try bench.put("/v1/models/digits/signals", #"{"adapter":"x"}"#)
                .problem(status: 422, type: "urn:serin:problem:invalid-value")
            _ = try bench.put("/v1/models/none/signals", "{}")
                .problem(status: 404, type: "urn:serin:problem:unknown-model")
        }
    }

    @Test("A baseline is given, shown unchanged, and can't be made from a stable that nobody has seen")
    func baselines() throws {
        try ControlBench.with { bench in
            _ = try bench.post("/v1/models", #"{"name":"digits"}"#)
            _ = try bench.register("1")
            let path = "/v1/models/digits/versions/1/baseline"
            let baseline = Baseline(
                signals: [
                    try SignalName("colour"): BaselineSignal(
                        tally: SignalTally(role: .feature, values: .classes(ClassTally(counts: ["red": 5])))
                    )
                ],
                origin: "train.csv"
            )
            let body = String(decoding: try JSONEncoder().encode(baseline), as: UTF8.self)

            _ = try bench.get(path).problem(status: 404, type: "urn:serin:problem:no-baseline")
            let given = try bench.put(path, body).decoded(BaselineResponse.self)
            let shown = try bench.get(path).decoded(BaselineResponse.self)

            #expect(given == shown && shown.origin == "train.csv" && shown.signals == baseline.signals)
            _ = try bench.put(path, #"{"from":"stable"}"#)
                .problem(status: 409, type: "urn:serin:problem:nothing-observed")
            _ = try bench.get("/v1/models/digits/versions/9/baseline")
                .problem(status: 404, type: "urn:serin:problem:unknown-version")
            let large =
                #"{"origin":"f","signals":{"a":{"constraint":{"domain":["\#(String(repeating: "x", count: 2 << 20))"]}}}}"#
            #expect(try bench.put(path, large).status == 200)
        }
    }

    @Test("Labels are answered one by one, unknown ones too, and show up in the model's quality")
    func feedback() throws {
        try ControlBench.with { bench in
            _ = try bench.post("/v1/models", #"{"name":"digits"}"#)
            _ = try bench.register("1")
            let items = #""items":[{"requestId":"nobody's","label":"7"},{"key":"k-1","label":3}]"#

            let known = try bench.post("/v1/models/digits/feedback", "{\(items)}").decoded(FeedbackResponse.self)
            let general = try bench.post("/v1/feedback", #"{"model":"digits",\#(items)}"#)
                .decoded(FeedbackResponse.self)
            let quality = try bench.get("/v1/models/digits/feedback?hours=1").decoded(QualityResponse.self)

            #expect(known.items.map(\.result) == [.unknown, .unknown] && known.counts["unknown"] == 2)
            #expect(known.items.allSatisfy { $0.reason?.isEmpty == false })
            #expect(general.items.count == 2)
            #expect(quality.versions.isEmpty && quality.feedback.pending == 2)
            _ = try bench.post("/v1/models/none/feedback", "{\(items)}")
                .problem(status: 404, type: "urn:serin:problem:unknown-model")
            _ = try bench.post("/v1/feedback", "{\(items)}")
                .problem(status: 422, type: "urn:serin:problem:invalid-value")
            _ = try bench.get("/v1/models/digits/feedback?hours=0")
                .problem(status: 400, type: "urn:serin:problem:invalid-value")
        }
    }

    @Test("Payloads that nobody asked to keep are an empty list; a wrong time is refused")
    func payloads() throws {
        try ControlBench.with { bench in
            _ = try bench.post("/v1/models", #"{"name":"digits"}"#)
            _ = try bench.register("1")
            let path = "/v1/models/digits/versions/1/payloads"

            #expect(try bench.get(path).decoded(Page<PayloadResponse>.self).items.isEmpty)
            _ = try bench.get(path + "?before=yesterday").problem(status: 400, type: "urn:serin:problem:invalid-value")
            _ = try bench.get(path + "?limit=101").problem(status: 400, type: "urn:serin:problem:invalid-value")
        }
    }

    @Test("A body may be larger where labels and baselines are sent, and nowhere else")
    func bodySizes() throws {
        try ControlBench.with { bench in
            _ = try bench.post("/v1/models", #"{"name":"digits"}"#)
            let filler = String(repeating: " ", count: 2 << 20)

            _ = try bench.post("/v1/models/digits/feedback", "{\(filler)}")
                .problem(status: 422, type: "urn:serin:problem:invalid-value")
            _ = try bench.put("/v1/models/digits/signals", "{\(filler)}")
                .problem(status: 413, type: "urn:serin:problem:request-body-too-large")
            _ = try bench.post("/v1/models/digits/feedback", "{\(filler)\(filler)\(filler)}")
                .problem(status: 413, type: "urn:serin:problem:request-body-too-large")
        }
    }

    @Test("A forecast says that it knows nothing before there is traffic, and registration carries it")
    func forecast() throws {
        try ControlBench.with { bench in
            _ = try bench.post("/v1/models", #"{"name":"digits"}"#)
            let first = try bench.register("1").decoded(RegistrationResponse.self, status: 201)
            let second = try bench.register("2").decoded(RegistrationResponse.self, status: 201)

            let forecast = try bench.post("/v1/models/digits/forecast", "{}").decoded(ForecastResponse.self)

            #expect(first.forecast == nil)
            #expect(second.forecast?.observedSeconds == 0 && second.forecast?.forecast.canEnd == nil)
            #expect(forecast.forecast.canEnd == nil)
            _ = try bench.post("/v1/models/digits/forecast", #"{"plan":{"steps":[]}}"#)
                .problem(status: 422, type: "urn:serin:problem:invalid-value")
            _ = try bench.post("/v1/models/none/forecast", "{}")
                .problem(status: 404, type: "urn:serin:problem:unknown-model")
        }
    }

    @Test("A plan that can't end at the traffic of the last minutes is refused, unless that is asked for")
    func refusedPlan() throws {
        try ControlBench.with { bench in
            _ = try bench.post("/v1/models", #"{"name":"digits"}"#)
            _ = try bench.register("1")
            // A request a second for ten minutes, but 50 000 canary requests within the hour are demanded.
            try bench.stableMinutes(10, requests: 60)
            let plan = #","plan":{"minimumRequests":50000,"deadlineSeconds":3600}"#

            let refused = try bench.register("2", more: plan)
                .problem(status: 422, type: "urn:serin:problem:plan-cannot-end")
            let taken = try bench.register("2", more: plan + #","ignoreForecast":true"#)
                .decoded(RegistrationResponse.self, status: 201)
            let again = try bench.register("2", more: plan).decoded(RegistrationResponse.self)

            #expect(refused.pointer == "/plan" && refused.detail.contains("minimumRequests"))
            #expect(taken.forecast?.forecast.canEnd == false && taken.forecast?.observedSeconds == 600)
            #expect(again.forecast == nil)
        }
    }
}
