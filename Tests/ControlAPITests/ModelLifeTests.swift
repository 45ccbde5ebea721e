import ControlWire
import RolloutCore
import Statistics
import Testing

@Suite("A model's life through the API")
struct ModelLifeTests {
    @Test("A model is created once: the same again is 200, another one of that name 409")
    func creation() throws {
        try ControlBench.with { bench in
            let body = #"{"name":"digits","labels":{"team":"vision"},"route":{"host":"d.example","stripPrefix":true}}"#

            let first = try bench.post("/v1/models", body)
            let again = try bench.post("/v1/models", body)
            let other = try bench.post("/v1/models", #"{"name":"digits"}"#)

            let model = try first.decoded(ModelResponse.self, status: 201)
            #expect(first.headers["location"] == "/v1/models/digits")
            #expect(model.name.text == "digits")
            #expect(model.labels == ["team": "vision"])
            #expect(model.route == (try OwnRoute(host: "d.example", pathPrefix: "/", stripPrefix: true)))
            #expect(model.autoStart && model.stable == nil && model.rollout == nil && model.versions.isEmpty)
            #expect(try again.decoded(ModelResponse.self) == model)
            #expect(again.headers["location"] == nil)
            _ = try other.problem(status: 409, type: "urn:serin:problem:model-differs")
            #expect(try bench.get("/v1/models/digits").decoded(ModelResponse.self) == model)
            #expect(try bench.get("/v1/models").decoded(Page<ModelResponse>.self).items == [model])
        }
    }

    @Test("The first version is stable at once, the second one gets 5 % of the traffic in a rollout")
    func registration() throws {
        try ControlBench.with { bench in
            _ = try bench.post("/v1/models", #"{"name":"digits"}"#)

            let first = try bench.register("1")
            let second = try bench.register("2", more: #","labels":{"commit":"abc"}"#)
            let third = try bench.register("3")

            let stable = try first.decoded(RegistrationResponse.self, status: 201)
            #expect(first.headers["location"] == "/v1/models/digits/versions/1")
            #expect(stable.version.state == .stable && stable.rollout == nil)
            let canary = try second.decoded(RegistrationResponse.self, status: 201)
            #expect(canary.version.state == .canary)
            let rollout = try #require(canary.rollout)
            #expect(rollout.state.phase == "pending" && rollout.state.step == 1 && rollout.state.isOpen)
            #expect(rollout.canaryWeight.basisPoints == 500)
            #expect(rollout.canary.text == "2" && rollout.stable.text == "1")
            #expect(canary.propagation.generation > stable.propagation.generation)
            let waiting = try third.decoded(RegistrationResponse.self, status: 201)
            #expect(waiting.version.state == .registered && waiting.rollout == nil)

            let model = try bench.get("/v1/models/digits").decoded(ModelResponse.self)
            #expect(model.stable?.text == "1" && model.canary?.text == "2" && model.canaryWeight == .fivePercent)
            #expect(model.rollout == rollout)
            #expect(model.versions.map(\.version.text) == ["3", "2", "1"])
            #expect(model.versions[1] == canary.version)
        }
    }

    @Test("A repeated registration is 200 and changes nothing; another body under the name is 409")
    func repetition() throws {
        try ControlBench.with { bench in
            let id = try bench.openRollout()
            let before = try bench.rowCounts()

            let again = try bench.register("2")
            let other = try bench.register("2", more: #","labels":{"commit":"abc"}"#)

            let repeated = try again.decoded(RegistrationResponse.self, status: 200)
            #expect(repeated.rollout?.id.number == id)
            _ = try other.problem(status: 409, type: "urn:serin:problem:version-differs")
            #expect(try bench.rowCounts() == before)
        }
    }

    @Test("A registration that supersedes ends the open rollout and starts its own")
    func superseding() throws {
        try ControlBench.with { bench in
            let id = try bench.openRollout()

            let newer = try bench.register("3", more: #","supersede":true"#).decoded(
                RegistrationResponse.self,
                status: 201
            )

            #expect(newer.rollout?.canary.text == "3")
            let ended = try bench.get("/v1/rollouts/\(id)").decoded(RolloutResponse.self)
            #expect(ended.state.phase == "superseded" && !ended.state.isOpen)
            let list = try bench.get("/v1/models/digits/rollouts").decoded(Page<RolloutResponse>.self)
            #expect(list.items.map(\.id.number) == [try #require(newer.rollout).id.number, id])
        }
    }

    @Test("Versions, rollouts, decisions and evidence can be read as they were written")
    func reading() throws {
        try ControlBench.with { bench in
            let id = try bench.openRollout()
            try bench.observe(id, requests: 100, errors: 3)
            try bench.tick()

            let versions = try bench.get("/v1/models/digits/versions").decoded(Page<VersionResponse>.self)
            let version = try bench.get("/v1/models/digits/versions/2").decoded(VersionResponse.self)
            let rollout = try bench.get("/v1/rollouts/\(id)").decoded(RolloutResponse.self)
            let rollouts = try bench.get("/v1/models/digits/rollouts").decoded(Page<RolloutResponse>.self)
            let decisions = try bench.get("/v1/rollouts/\(id)/decisions").decoded(Page<DecisionResponse>.self)
            let evidence = try bench.get("/v1/rollouts/\(id)/evidence").decoded(EvidenceResponse.self)

            #expect(versions.items.map(\.version.text) == ["2", "1"] && versions.items[0] == version)
            #expect(version.plan == RolloutPlan() && version.upstreams.map(\.description) == ["http://127.0.0.1:1"])
            #expect(rollouts.items == [rollout] && evidence.rollout == rollout)
            #expect(rollout.finding?.assessment.canaryRequests == 100)
            #expect(decisions.items.first?.kind == .start && decisions.items.first?.actor == "operator:anonymous")
            #expect(decisions.items.map(\.sequence) == (1...Int64(decisions.items.count)).map { $0 })
            #expect(decisions.items.allSatisfy { $0.rollout.number == id })
            let stratum = try #require(evidence.strata.first)
            #expect(evidence.strata.count == 1 && stratum.canaryWeight == .fivePercent)
            #expect(stratum.canary.outcomes[.serverError] == 3 && stratum.canary.outcomes[.success] == 97)
            #expect(stratum.stable.outcomes.total == 100 && stratum.stable.latency.count == 100)
            #expect(stratum.canary.meanLatencyMilliseconds == 20)
        }
    }

    @Test("Whoever asks is kept with the decision")
    func actor() throws {
        try ControlBench.with { bench in
            let id = try bench.openRollout()

            let body = #"{"reason":"Prüfung"}"#
            let type = "Content-Type: application/json; charset=utf-8"
            let named = try bench.post("/v1/models/digits/pause", body, headers: [type, "X-Serin-Actor: Zoë"])
            let long = "X-Serin-Actor: " + String(repeating: "a", count: 129)
            let refused = try bench.post("/v1/models/digits/resume", body, headers: [type, long])

            #expect(try named.decoded(CommandResponse.self).changed)
            _ = try refused.problem(status: 400, type: "urn:serin:problem:invalid-header")
            let decisions = try bench.get("/v1/rollouts/\(id)/decisions").decoded(Page<DecisionResponse>.self)
            #expect(decisions.items.map(\.actor) == ["operator:anonymous", "operator:Zoë"])
            #expect(decisions.items.last?.reason == "Prüfung")
        }
    }
}
