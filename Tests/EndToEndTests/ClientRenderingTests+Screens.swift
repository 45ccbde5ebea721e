import ControlWire
import RolloutCore
import Testing

@testable import serin

@Suite("The screens of status and explain")
struct ClientScreenTests {
    private let now = Timestamp(seconds: 1_790_000_000)

    @Test("The status of a model in mid-rollout")
    func status() throws {
        let screen = StatusScreen(model: try .fixture(now: self.now), now: self.now, painter: .plain)

        #expect(
            screen.lines() == [
                "Model:     digits",
                "Status:    ▶ progressing",
                "Rollout:   7: v1 → v2, began 2m00s ago, this stage 40s ago",
                "Step:      1 of 2, set to 5 % (5 % → 25 % (approval) → 100 %)",
                "Deadline:  in 8m00s",
                "Next:      collecting requests",
                "",
                "VERSION  STATE         SET   SEEN    REQ/S  ERRORS  MEAN  P50  P99  AGE",
                "v2       ▶ canary      5 %   4.0 %   20.0   1.0 %   -     -    -    3m00s",
                "v1       ✔ stable      95 %  96.0 %  480.0  0.0 %   -     -    -    1h00m",
                "v0       … registered  -     -       -      -       -     -    -    2h00m",
                "seen: 500 requests of the last 60 s",
                "",
                "Checks: ✔ 2 ✖ 0 ? 1 ⚠ 0   150 canary requests, 120 of 200 in this step",
                "CHECK       VERDICT         CANARY         STABLE         LOSS: E OF    PROOF: E OF   MORE REQUESTS",
                "error-rate  ? inconclusive  1/100 = 1.0 %  0/400 = 0.0 %  2.72 of 33.1  4.48 of 20.1  about 100",
                "Hard stop: ✔ pass, 1 of the canary's last 40 requests failed",
                "Sample ratio: ✔ pass, the split is as routed",
                "",
                "Generation of the route: 12",
                "GATEWAY  GENERATION  ROUTES     SEEN",
                "a        12          ✔ current  1s ago",
                "b        11          ? behind   2s ago",
                "c        9           ⚠ silent   1m30s ago",
            ]
        )
    }

    @Test("A model without versions, and one without gateways, say so")
    func emptyModel() throws {
        let empty = ModelResponse(
            Model(name: try ModelName("m"), createdAt: self.now),
            stable: nil,
            canary: nil,
            canaryWeight: .zero,
            generation: 0,
            rollout: nil,
            versions: [],
            traffic: [],
            trafficSeconds: 60,
            gateways: []
        )

        #expect(
            StatusScreen(model: empty, now: self.now, painter: .plain).lines() == [
                "Model:   m", "Status:  no version yet: register the first one", "",
                "⚠ no gateway has reported yet: nothing is routed",
            ]
        )
    }

    @Test("The overview tells each model's rollout in one line")
    func overview() throws {
        let model = try ModelResponse.fixture(now: self.now)

        #expect(
            ModelOverview(models: [model], now: self.now, painter: .plain).lines() == [
                "MODEL   STABLE  CANARY  SET  SEEN   STATUS         AGE    NEXT",
                "digits  v1      v2      5 %  4.0 %  ▶ progressing  2m00s  collecting requests",
            ]
        )
        #expect(ModelOverview(models: [], now: self.now, painter: .plain).lines().count == 1)
    }

    @Test(
        "Explain tells what the loop waits for, each check's numbers and thresholds, the bound, and the newest decisions"
    )
    func explain() throws {
        let model = try ModelResponse.fixture(now: self.now)
        let rollout = try #require(model.rollout)
        let report = ExplainReport(
            rollout: rollout,
            decisions: try [.fixture(sequence: 1), .fixture(sequence: 2)],
            canaryRequestsPerSecond: model.canaryRequestsPerSecond(at: self.now),
            decisionLimit: 1,
            now: self.now,
            painter: .plain
        )

        #expect(
            report.lines() == [
                "Rollout 7 of digits: canary v2 against stable v1",
                "▶ progressing, step 1 of 2 at 5 %, deadline in 8m00s",
                "",
                "Guarantee: P(any false statistical rollback in this rollout) ≤ 5 %, over all checks and all looks;",
                "           hard stops and limits stand outside this bound.",
                "           P(promotion although worse than the margin of a required check) ≤ 5 %.",
                "",
                "The loop says: collecting requests. To go on it needs:",
                "  ✔ warm-up of 60 s and 200 canary requests",
                "  ? 200 canary requests in this step: 120 so far, about 4s more at 20.0/s",
                "  ✔ 30 s of baking in this step: 30s so far",
                "",
                "Check error-rate (guard, required for promotion): ? inconclusive",
                "  neither a loss nor its absence is proven yet",
                "          ANSWERED  ERRORS  SHARE  GIVEN UP  MEAN  P50  P95  P99",
                "  canary  100       1       1.0 %  0         -     -    -    -",
                "  stable  400       0       0.0 %  0         -     -    -    -",
                "  effect     odds ratio 1.20, 95 % interval 0.40 to 3.60",
                "  loss       ln E 1.00 of 3.50 (E 2.72 of 33.1), not proven: rolls back when the odds ratio is shown to be "
                    + "above 1.1 and the shares differ by 0.1 % or more",
                "  promotion  ln E 1.50 of 3.00 (E 4.48 of 20.1), not proven: needs the odds ratio shown to be below 1.5, "
                    + "or the share below 0.5 %",
                "  requests   100 of the canary so far, about 100 more needed, about 5s more at 20.0/s",
                "",
                "OUTSIDE THE BOUND                      VERDICT  FOUND",
                "hard stop: 50 % of 20 or more in 30 s  ✔ pass   1 of the canary's last 40 requests failed",
                "sample ratio                           ✔ pass   the split is as routed (150 to 3000; ln E 0.00 of 6.91 "
                    + "(E 1 of 1002))",
                "",
                "Newest decisions:",
                "#  AT (UTC)  DECISION  BY    STATE      WEIGHT  REASON",
                "2  12:33:20  advance   loop  ▶ warming  5 %     the canary answers; warming up",
            ]
        )
    }

    @Test("Waiting ends with 0 after a promotion and with 3 after any other end")
    func waiting() throws {
        let open = try ModelResponse.fixture(now: self.now)
        let promoted = try ModelResponse.fixture(now: self.now, state: .promoted)
        let failed = try ModelResponse.fixture(now: self.now, state: .rolledBack(.check))

        #expect([open, promoted, failed].map { $0.rollout?.settledExit } == [nil, .done, .notPromoted])
    }
}

// MARK: Fixtures

extension ModelResponse {
    fileprivate static func fixture(
        now: Timestamp,
        state: RolloutState = .running(.progressing(step: 0))
    ) throws -> ModelResponse {
        let name = try ModelName("digits")
        func version(_ text: String, _ state: VersionState, secondsOld: Double) throws -> VersionResponse {
            let specification = try VersionSpecification(
                version: VersionName(text),
                upstreams: [UpstreamURL("http://m:1")]
            )
            let at = now.adding(seconds: -secondsOld)
            return VersionResponse(
                ModelVersion(
                    model: name,
                    specification: specification,
                    state: state,
                    registeredAt: at,
                    stateChangedAt: at
                )
            )
        }
        func gateway(_ name: String, _ generation: Int64, secondsAgo: Double, live: Bool = true) -> GatewayResponse {
            GatewayResponse(
                name: name,
                replica: name,
                appliedGeneration: generation,
                seenAt: now.adding(seconds: -secondsAgo),
                live: live
            )
        }
        return ModelResponse(
            Model(name: name, createdAt: now),
            stable: try VersionName("v1"),
            canary: try VersionName("v2"),
            canaryWeight: .fivePercent,
            generation: 12,
            rollout: try .fixture(now: now, state: state),
            versions: [
                try version("v2", .canary, secondsOld: 180), try version("v1", .stable, secondsOld: 3_600),
                try version("v0", .registered, secondsOld: 7_200),
            ],
            traffic: [
                TrafficResponse(
                    version: try VersionName("v2"),
                    cohort: .canary,
                    share: 0.04,
                    requestsPerSecond: 20,
                    numbers: .fixture(requests: 100, errors: 1)
                ),
                TrafficResponse(
                    version: try VersionName("v1"),
                    cohort: .stable,
                    share: 0.96,
                    requestsPerSecond: 480,
                    numbers: .fixture(requests: 400, errors: 0)
                ),
            ],
            trafficSeconds: 60,
            gateways: [
                gateway("a", 12, secondsAgo: 1), gateway("b", 11, secondsAgo: 2),
                gateway("c", 9, secondsAgo: 90, live: false),
            ]
        )
    }
}

extension RolloutResponse {
    fileprivate static func fixture(now: Timestamp, state: RolloutState) throws -> RolloutResponse {
        let plan = RolloutPlan(
            steps: [.init(weight: .fivePercent), .init(weight: try Weight(basisPoints: 2_500), approval: true)],
            bakeSeconds: 30,
            minimumRequests: 200,
            deadlineSeconds: 600
        )
        let rollout = Rollout(
            id: RolloutID(7),
            model: try ModelName("digits"),
            canary: try VersionName("v2"),
            stable: try VersionName("v1"),
            plan: plan,
            salt: .fixture,
            machine: RolloutStateMachine(state: state, steps: plan.steps),
            startedAt: now.adding(seconds: -120),
            stageSince: now.adding(seconds: -40),
            stepGeneration: 12,
            settledAt: state.isSettled ? now : nil
        )
        return RolloutResponse(
            rollout,
            finding: FindingResponse(reason: "collecting requests", assessment: .fixture(at: now))
        )
    }
}

extension Salt {
    fileprivate static let fixture = Salt(high: 1, low: 2)
}

extension Assessment {
    fileprivate static func fixture(at now: Timestamp) -> Assessment {
        let check = CheckAssessment(
            name: "error-rate",
            metric: "errorRate",
            mode: .enforced,
            required: true,
            verdict: .inconclusive,
            message: "neither a loss nor its absence is proven yet",
            harm: EvidenceLevel(logE: 1, logThreshold: 3.5),
            promotion: EvidenceLevel(logE: 1.5, logThreshold: 3),
            canary: .fixture(requests: 100, errors: 1),
            stable: .fixture(requests: 400, errors: 0),
            effect: Effect(oddsRatio: 1.2, lower: 0.4, upper: 3.6),
            requestsNeeded: 100
        )
        return Assessment(
            at: now,
            tick: 3,
            checks: [check],
            hardStop: HardStopAssessment(
                verdict: .pass,
                message: "1 of the canary's last 40 requests failed",
                requests: 40,
                errors: 1,
                connectFailureRun: 0,
                rule: HardStop()
            ),
            limits: [],
            sampleRatio: SampleRatioAssessment(
                verdict: .pass,
                message: "the split is as routed",
                level: EvidenceLevel(logE: 0, logThreshold: 6.91),
                canaryRequests: 150,
                stableRequests: 3_000
            ),
            isWarmedUp: true,
            canaryRequests: 150,
            stepRequests: 120,
            droppedRequests: 0,
            noDataSince: nil,
            errorSince: nil,
            inconclusiveSince: nil
        )
    }
}

extension CohortNumbers {
    /// Counts without latencies.
    fileprivate static func fixture(requests: Int64, errors: Int64) -> CohortNumbers {
        var tally = CohortTally()
        tally.outcomes[.success] = requests - errors
        tally.outcomes[.serverError] = errors
        return CohortNumbers(tally)
    }
}

extension DecisionResponse {
    fileprivate static func fixture(sequence: Int64) throws -> DecisionResponse {
        DecisionResponse(
            Decision(
                rollout: RolloutID(7),
                sequence: sequence,
                kind: .advance,
                reason: "the canary answers; warming up",
                actor: .loop(fence: 1),
                decidedAt: Timestamp(seconds: 1_789_994_000),
                stateBefore: .running(.pending),
                stateAfter: .running(.warming),
                canaryWeight: .fivePercent,
                assessment: nil
            )
        )
    }
}
