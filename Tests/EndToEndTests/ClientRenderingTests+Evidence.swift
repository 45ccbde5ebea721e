import ArgumentParser
import ControlWire
import Foundation
import RolloutCore
import Statistics
import Testing

@testable import serin

@Suite("What clients show of evidence")
struct EvidenceRenderingTests {
    private let now = Timestamp(seconds: 1_790_000_000)

    private func check(
        _ name: String,
        metric: String,
        measurement: RolloutCore.Measurement? = nil,
        outsideAlpha: String? = nil,
        signals: [SignalMovement]? = nil
    ) -> CheckAssessment {
        CheckAssessment(
            name: name,
            metric: metric,
            mode: .enforced,
            required: false,
            verdict: .inconclusive,
            message: "as found",
            harm: EvidenceLevel(logE: 1, logThreshold: 4.6),
            promotion: EvidenceLevel(logE: 0, logThreshold: 3),
            canary: CohortNumbers(CohortTally()),
            stable: CohortNumbers(CohortTally()),
            effect: nil,
            requestsNeeded: nil,
            measurement: measurement,
            alphaShare: outsideAlpha == nil ? 0.01 : nil,
            outsideAlpha: outsideAlpha,
            unitsNeeded: 180,
            secondsToVerdict: 125,
            signals: signals
        )
    }

    private func lines(_ check: CheckAssessment, _ comparison: Comparison) -> [String] {
        let plan = RolloutPlan(checks: [Check(name: check.name, comparison: comparison, weight: 1)])
        return CheckExplanation(check: check, plan: plan, canaryRequestsPerSecond: 20, now: self.now, painter: .plain)
            .lines()
    }

    @Test("A check on labels tells its own units, the difference with its interval, and how long it still takes")
    func quality() {
        let measurement = RolloutCore.Measurement(
            name: "accuracy",
            unit: .labels,
            canary: MeasuredCohort(units: 320, bad: 64, value: 0.8),
            stable: MeasuredCohort(units: 3_000, bad: 240, value: 0.92),
            difference: Difference(value: -0.12, lower: -0.17, upper: -0.07)
        )

        let lines = self.lines(
            self.check("quality", metric: "quality", measurement: measurement),
            .quality(QualityComparison(measure: .accuracy))
        )

        #expect(
            lines == [
                "Check quality (guard): ? inconclusive", "  as found", "          LABELS  BAD  ACCURACY",
                "  canary  320     64   0.8", "  stable  3000    240  0.92",
                "  effect     difference -0.12, 95 % interval -0.17 to -0.07",
                "  loss       ln E 1.00 of 4.60 (E 2.72 of 99.5), not proven: rolls back when accuracy is shown to be worse "
                    + "(odds ratio 1.05 where rows are counted) and by 0.005 or more",
                "  promotion  ln E 0.00 of 3.00 (E 1 of 20.1), not proven: needs 500 labels and the loss shown to be below the margin",
                "  bound      1 % of false rollbacks are set aside for it",
                "  labels     320 of the canary so far, about 180 more for a verdict, about 2m05s at the present rate",
            ]
        )
    }

    @Test("A drift check tells each signal and how far it has moved")
    func drift() throws {
        let moved = SignalMovement(
            signal: try SignalName("predict"),
            role: .prediction,
            canaryRows: 327,
            stableRows: 356,
            logE: 55.1,
            hasMoved: true,
            classDifference: 0.21,
            mostMovedClass: "4",
            classDistance: 0.3
        )

        let lines = self.lines(
            self.check("prediction-drift", metric: "predictionDrift", signals: [moved]),
            .predictionDrift(DriftComparison())
        )

        #expect(lines.contains("  effect     see the signals below"))
        #expect(
            lines.suffix(2) == [
                "  SIGNAL   ROLE        CANARY ROWS  STABLE ROWS  LN E   MOVED  BY",
                "  predict  prediction  327          356          55.10  ✖ yes  a share by 21.0 % (class '4'), JS 0.3",
            ]
        )
    }

    @Test("A rule outside the bound says so, and shows no evidence that it doesn't have")
    func external() {
        let lines = self.lines(
            self.check("gpu", metric: "external", outsideAlpha: "a threshold without a known error rate"),
            .external(ExternalComparison(source: .webhook(url: "http://m"), above: 0.9))
        )

        #expect(lines.contains("  rule       fails when it is above 0.9 in 3 of 5 intervals"))
        #expect(lines.contains("  bound      stands outside it: a threshold without a known error rate"))
        #expect(!lines.contains { $0.contains("ln E") })
    }

    @Test("Findings of the watch are told newest first, the open ones before those that are over")
    func watch() throws {
        func finding(_ json: String) throws -> WatchFinding {
            try JSONDecoder().decode(WatchFinding.self, from: Data(json.utf8))
        }
        let severity = #"{"question":"requests failed","bad":9,"units":90}"#
        let findings = try [
            finding(
                """
                {"number":1,"kind":"driftDetected","subject":{"aspect":"distribution","signal":"age"},
                 "since":"\(self.now.adding(seconds: -7_200))","detectedAt":"\(self.now.adding(seconds: -7_000))","state":"over",
                 "endedAt":"\(self.now.adding(seconds: -600))","ending":"recovered","severity":\(severity),"message":"age moved"}
                """
            ),
            finding(
                """
                {"number":2,"kind":"stableDegraded","subject":{"aspect":"errorRate"},
                 "since":"\(self.now.adding(seconds: -90))","detectedAt":"\(self.now.adding(seconds: -60))","state":"temporary",
                 "severity":\(severity),"message":"more requests fail"}
                """
            ),
        ]

        #expect(
            WatchSection(findings: findings, now: self.now, painter: .plain).lines() == [
                "Stable: ✖ 1 finding", "SINCE      FINDING   STATE            WHAT",
                "1m30s ago  degraded  new              more requests fail",
                "2h00m ago  drift     over for 10m00s  age moved",
            ]
        )
        #expect(WatchSection(findings: [], now: self.now, painter: .plain).lines().isEmpty)
    }

    @Test("A forecast says what it rests on, whether the plan can end, and what each check finds")
    func forecast() throws {
        let plan = RolloutPlan(minimumRequests: 50_000, deadlineSeconds: 3_600)
        let none = Forecast(plan: plan, inputs: ForecastInputs(requestsPerSecond: nil))
        let slow = Forecast(plan: plan, inputs: ForecastInputs(requestsPerSecond: 1))
        func lines(_ forecast: Forecast, _ seconds: Double) -> [String] {
            ForecastReport(
                response: ForecastResponse(observedSeconds: seconds, forecast: forecast),
                painter: .plain
            ).lines()
        }

        #expect(lines(none, 0) == ["Forecast: no traffic was seen yet, so nothing can be told of the plan"])
        #expect(
            lines(slow, 600)[0]
                == "Forecast at 1 requests a second (seen over 10m00s): ✖ the plan can't end with a promotion"
        )
        #expect(lines(slow, 600)[1].contains("minimumRequests"))
    }

    @Test("A path's query is kept apart from the path")
    func paths() throws {
        let path = ControlPath.payloads(
            of: try VersionName("v1"),
            model: try ModelName("m"),
            before: Timestamp(seconds: 0),
            limit: 5
        )

        #expect(path.text == "/v1/models/m/versions/v1/payloads")
        #expect(path == ControlPath(text: path.text, query: [("limit", "5"), ("before", "1970-01-01T00:00:00Z")]))
        #expect(path != ControlPath(text: path.text))
    }

    @Test("Every command has a help text", arguments: Serin.configuration.subcommands.indices)
    func help(index: Int) {
        let command = Serin.configuration.subcommands[index]

        #expect(Serin.helpMessage(for: command).contains("USAGE: serin "))
        #expect(command.configuration.abstract.hasSuffix(".") || command.configuration.abstract.hasSuffix("?"))
    }

    @Test(
        "A decision is named by rollout and number",
        arguments: [("7:3", true), ("7", false), ("7:", false), (":3", false), ("0:1", false), ("a:b", false)]
    )
    func references(text: String, isValid: Bool) {
        #expect((DecisionReference(argument: text) != nil) == isValid)
    }
}
