import RolloutCore
import Testing

@Suite("Checks on readings of other systems")
struct ExternalCheckTests {
    /// The canary's number in an interval; stable's is 10. Nil for a reading without a number.
    typealias Reading = Double?

    static func rule(_ change: (inout ExternalComparison) -> Void = { _ in }) -> ExternalComparison {
        var rule = ExternalComparison(source: .webhook(url: "http://127.0.0.1/metric"), breaches: 2, of: 4)
        change(&rule)
        return rule
    }

    static func check(_ rule: ExternalComparison, _ readings: [Reading]) -> CheckAssessment {
        let check = Check(name: "load", comparison: .external(rule), weight: 1, required: false)
        var judge = Judge.warm(.fixture(checks: [.errorRate(), check]))
        for (index, reading) in readings.enumerated() {
            var stratum = EvidenceStratum.healthy(interval: index + 1)
            stratum.readings["load"] =
                reading.map { ExternalReading(canary: $0, stable: 10) } ?? ExternalReading(error: "timed out")
            judge.fold(stratum)
        }
        return judge.assess(afterIntervals: readings.count + 1).checks[1]
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let what: String
        let rule: ExternalComparison
        let readings: [Reading]
        let verdict: Verdict
        var testDescription: String { self.what }

        init(
            _ what: String,
            _ readings: [Reading],
            _ verdict: Verdict,
            _ change: (inout ExternalComparison) -> Void = { $0.above = 50 }
        ) {
            (self.what, self.readings, self.verdict) = (what, readings, verdict)
            self.rule = ExternalCheckTests.rule(change)
        }
    }

    static let cases: [Case] = [
        Case("nothing read", [], .noData),
        Case("too few readings", [10], .inconclusive),
        Case("no breach", [10, 10, 50], .pass),
        Case("one breach", [10, 60, 10], .inconclusive),
        Case("two of four", [60, 10, 60], .fail),
        Case("two of five", [60, 10, 10, 10, 60], .inconclusive),
        Case("long ago", [60, 60, 10, 10, 10, 10], .pass),
        Case("an error at the end", [10, 10, nil], .noData),
        Case("an error between breaches", [60, nil, 60], .fail),
        Case("below", [1, 1], .fail) {
            $0.below = 5
            $0.direction = .lower
        },
        Case("twice stable", [21, 21], .fail) { $0.maximumRatio = 2 },
        Case("just twice stable", [20, 20], .pass) { $0.maximumRatio = 2 },
        Case("half of stable", [4, 4], .fail) {
            $0.maximumRatio = 2
            $0.direction = .lower
        },
        Case("every interval of a stretch", [60, 60, 60], .fail) {
            $0.above = 50
            $0.forSeconds = 30
        },
        Case("not every interval of a stretch", [60, 10, 60], .inconclusive) {
            $0.above = 50
            $0.forSeconds = 30
        },
    ]

    @Test("M of the last N intervals must breach", arguments: cases)
    func assess(expected: Case) {
        let found = Self.check(expected.rule, expected.readings)

        #expect(found.verdict == expected.verdict, "\(found.message)")
        #expect(found.outsideAlpha != nil)
        #expect(found.alphaShare == nil)
        #expect(!found.harm.isReached)
    }

    @Test("A relative bound without a number of stable is no reading")
    func withoutStable() {
        let check = Check(name: "load", comparison: .external(Self.rule { $0.maximumRatio = 2 }), weight: 1)
        var judge = Judge.warm(.fixture(checks: [.errorRate(), check]))
        var stratum = EvidenceStratum.healthy(interval: 1)
        stratum.readings["load"] = ExternalReading(canary: 100)
        judge.fold(stratum)

        #expect(judge.assess(afterIntervals: 2).checks[1].verdict == .noData)
    }

    @Test("Readings are missing since the last one that came, once that is long ago")
    func noDataSince() {
        let since = [1, 3, 4].map { missing in
            Self.check(
                Self.rule { $0.above = 50 },
                Array(repeating: 10, count: 20) + Array(repeating: nil, count: missing)
            ).noDataSince
        }

        #expect(since == [nil, nil, moment(ofInterval: 21)])
    }

    @Test("Readings that stop coming are no data any more, whatever the last ones said")
    func stops() {
        let check = Check(name: "load", comparison: .external(Self.rule { $0.above = 50 }), weight: 1, required: false)
        var judge = Judge.warm(.fixture(checks: [.errorRate(), check]))
        for interval in 1...80 {
            var stratum = EvidenceStratum.healthy(interval: interval)
            if interval < 10 { stratum.readings["load"] = ExternalReading(canary: 10, stable: 10) }
            judge.fold(stratum)
        }

        let found = judge.assess(afterIntervals: 81).checks[1]

        #expect(found.verdict == .noData)
        #expect(found.message == "no readings of late")
        #expect(found.noDataSince == moment(ofInterval: 10))
    }

    @Test("A rule outside alpha takes no share of it, and the assessment says so")
    func outsideAlpha() {
        let rule = Check(name: "load", comparison: .external(Self.rule { $0.above = 1 }), weight: 1_000)
        let alone = Judge.warm(.fixture(checks: [.errorRate()])).assess(afterIntervals: 1)
        let both = Judge.warm(.fixture(checks: [.errorRate(), rule])).assess(afterIntervals: 1)

        #expect(both.checks[0].harm == alone.checks[0].harm)
        #expect(both.checks[0].alphaShare == 0.05)
        #expect(both.outsideAlpha?.contains { $0.hasPrefix("check 'load'") } == true)
        #expect(both.alpha == 0.05)
    }

    @Test("A stratum that brings readings alone is no traffic")
    func readingsAlone() {
        let check = Check(name: "load", comparison: .external(Self.rule { $0.above = 50 }), weight: 1)
        var judge = Judge.warm(.fixture(checks: [.errorRate(), check]))
        for interval in 1...3 {
            var stratum = EvidenceStratum.fixture(interval: interval, tick: interval + 1)
            stratum.readings["load"] = ExternalReading(canary: 60)
            judge.fold(stratum)
        }
        let found = judge.assess(afterIntervals: 5)

        #expect(found.checks[1].verdict == .fail)
        #expect(found.noDataSince == moment(ofInterval: 1))
    }
}
