import ControlWire
import RolloutCore
import Testing

@Suite("Commands through the API")
struct CommandTests {
    @Test("A rollback takes the traffic away once; repeated it changes nothing")
    func rollback() throws {
        try ControlBench.with { bench in
            let id = try bench.openRollout()

            let first = try bench.order("rollback", rollout: id).decoded(CommandResponse.self)
            let again = try bench.order("rollback", rollout: id).decoded(CommandResponse.self)
            let unnamed = try bench.order("rollback").decoded(CommandResponse.self)

            #expect(first.changed && !again.changed && !unnamed.changed)
            #expect(first.rollout?.state.phase == "rolledBack" && first.rollout?.state.cause == "operator")
            #expect(again.rollout == first.rollout)
            let model = try bench.get("/v1/models/digits").decoded(ModelResponse.self)
            #expect(model.canary == nil && model.canaryWeight == .zero && model.stable?.text == "1")
            #expect(model.versions.map(\.state) == [.failed, .stable])
        }
    }

    @Test("Pause and resume hold and release the weight, each once")
    func pause() throws {
        try ControlBench.with { bench in
            let id = try bench.openRollout()

            let answers = try ["pause", "pause", "resume", "resume"].map {
                try bench.order($0, rollout: id).decoded(CommandResponse.self)
            }

            #expect(answers.map(\.changed) == [true, false, true, false])
            #expect(answers.map { $0.rollout?.state.paused } == [true, true, false, false])
            #expect(answers.allSatisfy { $0.rollout?.canaryWeight == .fivePercent })
        }
    }

    @Test("A promotion makes the canary stable, a restore brings the old one back, each once")
    func promoteAndRestore() throws {
        try ControlBench.with { bench in
            let id = try bench.openRollout()
            try bench.observe(id)

            let answers = try ["promote", "promote", "restore", "restore"].map {
                try bench.order($0, rollout: id).decoded(CommandResponse.self)
            }

            #expect(answers.map(\.changed) == [true, false, true, false])
            #expect(answers.allSatisfy { $0.rollout?.state.phase == "promoted" })
            #expect(answers.map { $0.rollout?.restoredAt != nil } == [false, false, true, true])
            let model = try bench.get("/v1/models/digits").decoded(ModelResponse.self)
            #expect(model.stable?.text == "1" && model.versions.map(\.state) == [.deprecated, .stable])
            let decisions = try bench.get("/v1/rollouts/\(id)/decisions").decoded(Page<DecisionResponse>.self)
            #expect(decisions.items.map(\.kind) == [.start, .promote, .restore])
        }
    }

    @Test("A waiting version is started once, superseding only when asked to")
    func start() throws {
        try ControlBench.with { bench in
            let id = try bench.openRollout()
            _ = try bench.register("3")

            let refused = try bench.order("start", more: #","version":"3""#)
            let started = try bench.order("start", more: #","version":"3","supersede":true"#)
            let again = try bench.order("start", more: #","version":"3""#)

            let problem = try refused.problem(status: 409, type: "urn:serin:problem:rollout-is-open")
            #expect(problem.rollout == id)
            #expect(try started.decoded(CommandResponse.self).changed)
            #expect(try !again.decoded(CommandResponse.self).changed)
            #expect(try bench.get("/v1/rollouts/\(id)").decoded(RolloutResponse.self).state.phase == "superseded")
        }
    }

    @Test("What a state does not allow is a conflict of its own kind, and changes nothing")
    func conflicts() throws {
        try ControlBench.with { bench in
            _ = try bench.post("/v1/models", #"{"name":"empty"}"#)
            let settled = try bench.openRollout("settled")
            _ = try bench.order("rollback", "settled")
            let open = try bench.openRollout("open")
            let other = try bench.openRollout("other")
            let promoted = try bench.openRollout("promoted")
            try bench.observe(promoted)
            _ = try bench.order("promote", "promoted")
            let before = try bench.rowCounts()

            let cases: [(Answer, Int, String, Int64?)] = [
                (try bench.order("promote", "empty"), 409, "no-open-rollout", nil),
                (try bench.order("pause", "empty"), 409, "no-open-rollout", nil),
                (try bench.order("resume", "settled"), 409, "no-open-rollout", nil),
                (try bench.order("restore", "empty"), 409, "nothing-to-restore", nil),
                (try bench.order("restore", "settled", rollout: settled), 409, "cannot-restore", settled),
                (try bench.order("promote", "settled", rollout: settled), 409, "illegal-command", settled),
                (try bench.order("rollback", "promoted", rollout: promoted), 409, "illegal-command", promoted),
                (try bench.order("promote", "open", rollout: open), 409, "no-traffic", open),
                (try bench.order("rollback", "open", rollout: other), 404, "unknown-rollout", nil),
                (try bench.order("start", "settled", more: #","version":"2""#), 409, "cannot-start", nil),
                (try bench.order("start", "settled", more: #","version":"9""#), 404, "unknown-version", nil),
            ]

            for (answer, status, kind, rollout) in cases {
                let problem = try answer.problem(status: status, type: "urn:serin:problem:" + kind)
                #expect(problem.rollout == rollout, "\(kind)")
            }
            #expect(try bench.rowCounts() == before)
        }
    }

    @Test("Whoever names a rollout that has ended does not hit the one that is open now")
    func anotherRollout() throws {
        try ControlBench.with { bench in
            let old = try bench.openRollout()
            _ = try bench.register("3", more: #","supersede":true"#)
            let before = try bench.rowCounts()

            let answer = try bench.order("pause", rollout: old)

            let problem = try answer.problem(status: 409, type: "urn:serin:problem:other-rollout")
            #expect(problem.rollout == old + 1)
            #expect(try bench.rowCounts() == before)
        }
    }
}
