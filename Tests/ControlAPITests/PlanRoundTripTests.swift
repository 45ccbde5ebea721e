import ControlWire
import PostgresStore
import RolloutCore
import RolloutEngine
import Testing

@Suite("Plans on the wire")
struct PlanRoundTripTests {
    static let plans: [RolloutPlan] = {
        let noStop = RolloutPlan(hardStop: nil)
        let everything = RolloutPlan(
            steps: [
                .init(weight: .fivePercent, approval: true), .init(weight: weight(2_500)), .init(weight: weight(9_999)),
            ],
            intervalSeconds: 5,
            bakeSeconds: 30,
            minimumRequests: 1,
            deadlineSeconds: 7_776_000,
            warmUp: .init(seconds: 0, requests: 0),
            alpha: 0.0001,
            promotionAlpha: 0.2,
            promotion: .noViolation,
            checks: [
                Check(
                    name: "errors",
                    comparison: .errorRate(
                        ShareComparison(
                            harmOddsRatio: 1,
                            promotionOddsRatio: 20,
                            acceptableShare: 0,
                            minimumDifference: 1
                        )
                    ),
                    weight: 0.1
                ),
                Check(
                    name: "slow",
                    comparison: .latency(
                        LatencyComparison(harmRatio: 1.1, promotionRatio: 1.1, toleranceMilliseconds: 0.25)
                    ),
                    mode: .dryRun,
                    weight: 1_000,
                    required: false
                ),
            ],
            hardStop: HardStop(errorShare: 1.0 / 3, requests: 1, withinSeconds: 3_600, connectFailures: 1),
            limits: AbsoluteLimit.Metric.allCases.map {
                AbsoluteLimit(metric: $0, above: 0.1 + 0.2, forSeconds: 5, minimumRequests: 1)
            },
            onNoData: MissingEvidencePolicy(action: .rollback, afterSeconds: 7_776_000),
            onError: MissingEvidencePolicy(action: .rollback, afterSeconds: 1),
            onInconclusive: MissingEvidencePolicy(action: .rollback, afterSeconds: 0),
            assignment: .header("X-User")
        )
        return [
            RolloutPlan(), noStop, everything, RolloutPlan(assignment: .cookie("session")),
            RolloutPlan(hardStop: nil, limits: [], assignment: .header("a")),
        ]
    }()

    private static func weight(_ basisPoints: Int) -> Weight {
        guard let weight = try? Weight(basisPoints: basisPoints) else { preconditionFailure("not a weight") }
        return weight
    }

    @Test("A plan as the API shows it can be sent again unchanged")
    func roundTrip() throws {
        try ControlBench.with { bench in
            for (index, plan) in Self.plans.enumerated() {
                let model = try ModelName("model-\(index)")
                _ = try bench.post("/v1/models", #"{"name":"\#(model)"}"#)
                try bench.insertVersion("1", of: model, plan: plan)

                let shown = try #require(try bench.get("/v1/models/\(model)/versions/1").json()["plan"])
                let posted = try bench.register("2", model.text, more: #","plan":\#(shown.text)"#)
                let again = try bench.register("2", model.text, more: #","plan":\#(shown.text)"#)

                let registered = try posted.decoded(RegistrationResponse.self, status: 201)
                #expect(registered.version.plan == plan)
                #expect(try posted.json()["version"]?["plan"] == shown)
                #expect(again.status == 200)
                let stored = try bench.store.read { try $0.version(VersionName("2"), of: model) }
                #expect(stored?.specification.plan == plan)
            }
        }
    }

    @Test("A rollout shows that its hard stop is off")
    func rolloutWithoutHardStop() throws {
        try ControlBench.with { bench in
            _ = try bench.post("/v1/models", #"{"name":"digits"}"#)
            _ = try bench.register("1")

            let answer = try bench.register("2", more: #","plan":{"hardStop":null}"#)

            #expect(try answer.json()["rollout"]?["plan"]?["hardStop"] == .null)
        }
    }

    @Test("What a plan leaves out has its default, whatever else it names")
    func defaults() throws {
        let document = try JSONValue(
            parsing: Array(#"{"hardStop":{"requests":7},"warmUp":{"seconds":3},"onError":{}}"#.utf8)
        )

        let plan = try PlanReader.read(document, at: "/plan")

        var expected = RolloutPlan()
        expected.hardStop = HardStop(requests: 7)
        expected.warmUp.seconds = 3
        #expect(plan == expected)
    }
}

extension ControlBench {
    /// Stores a version as it is, beside the API.
    fileprivate func insertVersion(_ version: String, of model: ModelName, plan: RolloutPlan) throws {
        let specification = try VersionSpecification(
            version: VersionName(version),
            upstreams: [UpstreamURL("http://127.0.0.1:1")],
            plan: plan
        )
        try self.store.write { transaction in
            try transaction.insert(
                ModelVersion(
                    model: model,
                    specification: specification,
                    state: .registered,
                    registeredAt: transaction.now,
                    stateChangedAt: transaction.now
                )
            )
        }
    }
}
