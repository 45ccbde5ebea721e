import Foundation
import RolloutCore
import Statistics
import Testing

@Suite("The likeliest cause in plain words")
struct DiagnosisTests {
    /// Twenty intervals of 100 and 1 900 requests; `edit` spoils some.
    private static func strata(
        _ intervals: Int = 20,
        seed: UInt64 = 1,
        _ edit: (Int, inout EvidenceStratum) -> Void
    ) -> [EvidenceStratum] {
        var random = SplitMix64(seed: seed)
        return (0..<intervals).map { interval in
            var stratum = EvidenceStratum.fixture(
                interval: interval,
                canary: .fixture(requests: 100, errors: random.binomial(100, 0.005)),
                stable: .fixture(requests: 1_900, errors: random.binomial(1_900, 0.005))
            )
            edit(interval, &stratum)
            return stratum
        }
    }

    @Test("Nothing suspicious has no cause, whatever the evidence says")
    func nothingSuspicious() {
        let strata = Self.strata { _, stratum in stratum.canary.outcomes[.serverError] += 30 }

        #expect(Diagnosis(strata: strata, suspicious: []) == .none)
        #expect(Diagnosis(strata: [], suspicious: ["errorRate", "latency", "quality", "predictionDrift"]) == .none)
    }

    @Test("Equal cohorts have no cause even when one is asked for", arguments: 1...10 as ClosedRange<UInt64>)
    func equal(seed: UInt64) {
        let diagnosis = Diagnosis(
            strata: Self.strata(seed: seed) { _, _ in },
            suspicious: ["errorRate", "clientAborts"]
        )

        #expect(diagnosis.causes == [], "seed \(seed)")
    }

    @Test(
        "The class of failure that rose is named, since when, and that it goes on",
        arguments: [
            (Outcome.serverError, .serverErrors), (.timeout, .timeouts), (.connectFailure, .connectFailures),
            (.upstreamFailure, .brokenAnswers),
        ] as [(Outcome, Cause.Kind)]
    )
    func outcomes(outcome: Outcome, kind: Cause.Kind) throws {
        let strata = Self.strata { interval, stratum in
            if interval >= 12 { stratum.canary.outcomes[outcome] += 8 }
        }
        let diagnosis = Diagnosis(strata: strata, suspicious: ["errorRate"])
        let cause = try #require(diagnosis.causes.first)

        #expect(cause.kind == kind)
        #expect(cause.since == moment(ofInterval: 12))
        #expect(cause.course == .persists)
        #expect(cause.canary.bad ?? 0 >= 64)
        #expect(diagnosis.causes.count == 1)
        #expect(diagnosis.sentences.first?.contains("still so") == true)
    }

    @Test("Client aborts are a cause of their own")
    func aborts() {
        let strata = Self.strata { _, stratum in stratum.canary.outcomes[.clientAborted] = 5 }

        #expect(Diagnosis(strata: strata, suspicious: ["clientAborts"]).causes.map(\.kind) == [.clientAborts])
    }

    @Test("A blip is told apart from what persists")
    func blip() throws {
        let strata = Self.strata { interval, stratum in
            if (4...6).contains(interval) { stratum.canary.outcomes[.timeout] += 20 }
        }
        let cause = try #require(Diagnosis(strata: strata, suspicious: ["errorRate"]).causes.first)

        #expect(cause.kind == .timeouts)
        #expect(cause.since == moment(ofInterval: 4))
        #expect(cause.course == .blip)
    }

    @Test("One upstream with most of the failures is named")
    func upstream() throws {
        let strata = Self.strata { _, stratum in
            stratum.canary.outcomes[.serverError] += 6
            stratum.canary.detail.upstreams = [
                "http://a:1": .fixture(requests: 50, errors: 0), "http://b:1": .fixture(requests: 56, errors: 6),
            ]
        }
        let causes = Diagnosis(strata: strata, suspicious: ["errorRate"]).causes
        let cause = try #require(causes.first { $0.kind == .upstream })

        #expect(causes.map(\.kind).filter { $0 == .upstream }.count == 1)
        #expect(causes.map(\.kind).filter { $0 == .serverErrors }.count == 1)
        #expect(causes.count == 2)
        #expect(cause.subject == "http://b:1")
        #expect(cause.canary == causes.first { $0.kind == .upstream }?.canary)
        #expect(cause.canary.bad == 120)
    }

    @Test("When stable rises with the canary the world comes first")
    func world() {
        let strata = Self.strata { interval, stratum in
            guard interval >= 10 else { return }
            stratum.canary.outcomes[.serverError] += 15
            stratum.stable.outcomes[.serverError] += 100
        }
        let causes = Diagnosis(strata: strata, suspicious: ["errorRate"]).causes

        #expect(causes.map(\.kind) == [.world, .serverErrors])
    }

    @Test(
        "The part of the latency that grew is named",
        arguments: [(0, .connectTime), (1, .firstByteTime), (2, .transferTime)] as [(Int, Cause.Kind)]
    )
    func latency(part: Int, kind: Cause.Kind) throws {
        var random = SplitMix64(seed: 3)
        func parts(_ requests: Int64, _ added: [Double]) -> LatencyParts {
            let means = [1.0, 40, 5].enumerated().map { $1 + added[$0] + 0.05 * random.normal() }
            let sums = means.map { Int64($0 * 1_000 * Double(requests)) }
            return LatencyParts(requests: requests, connect: sums[0], firstByte: sums[1], transfer: sums[2])
        }
        var added = [0.0, 0, 0]
        added[part] = 20
        let strata = Self.strata { _, stratum in
            stratum.canary.detail.latencyParts = parts(100, added)
            stratum.stable.detail.latencyParts = parts(1_900, [0, 0, 0])
        }
        let causes = Diagnosis(strata: strata, suspicious: ["latency"]).causes

        #expect(causes.map(\.kind) == [kind])
        let cause = try #require(causes.first)
        #expect(abs((cause.canary.value ?? 0) - (cause.stable.value ?? 0) - 20) < 0.5)
    }

    @Test("The prediction that moved is named with the class that moved most; unequal inputs cast doubt")
    func signals() throws {
        let strata = Self.strata { _, stratum in
            stratum.canary.detail.signals = [
                signalName("answer"): .classes(["cat": 70, "dog": 30]),
                signalName("x"): .classes(["a": 50, "b": 50], role: .feature),
            ]
            stratum.stable.detail.signals = [
                signalName("answer"): .classes(["cat": 950, "dog": 950]),
                signalName("x"): .classes(["a": 950, "b": 950], role: .feature),
            ]
        }
        let causes = Diagnosis(strata: strata, suspicious: ["predictionDrift"]).causes

        #expect(causes.map(\.kind) == [.predictions])
        #expect(causes.first?.subject == "answer")
        #expect(causes.first?.canary.value == 0.7)

        let unequal = strata.map { stratum in
            var stratum = stratum
            stratum.canary.detail.signals[signalName("x")] = .classes(["a": 90, "b": 10], role: .feature)
            return stratum
        }
        let kinds = Diagnosis(strata: unequal, suspicious: ["predictionDrift"]).causes.map(\.kind)
        #expect(Set(kinds) == [.predictions, .features])
    }

    @Test("The pair of classes and the slice that lost most are named")
    func quality() {
        func counts(_ right: Int64, _ taken: Int64) -> QualityCounts {
            var counts = QualityCounts()
            counts.labelled = right + taken
            counts.confusion = [
                ClassPair(label: "cat", predicted: "cat"): right, ClassPair(label: "cat", predicted: "dog"): taken,
                ClassPair(label: "dog", predicted: "dog"): right,
            ]
            return counts
        }
        let strata = Self.strata { interval, stratum in
            let isBad = interval >= 10
            stratum.canary.detail.quality = QualityTally(
                overall: counts(isBad ? 15 : 24, isBad ? 10 : 1),
                slices: ["region=eu": counts(12, 0), "region=us": counts(isBad ? 3 : 12, isBad ? 10 : 1)]
            )
            stratum.stable.detail.quality = QualityTally(
                overall: counts(480, 20),
                slices: ["region=eu": counts(240, 10), "region=us": counts(240, 10)]
            )
        }
        let causes = Diagnosis(strata: strata, suspicious: ["quality"]).causes

        #expect(Set(causes.map(\.kind)) == [.confusion, .slice])
        #expect(causes.first { $0.kind == .confusion }?.subject == "cat → dog")
        #expect(causes.first { $0.kind == .confusion }?.since == moment(ofInterval: 10))
        #expect(causes.first { $0.kind == .slice }?.subject == "region=us")
    }

    @Test("Answers that can't be read are a cause")
    func unreadable() {
        let strata = Self.strata { _, stratum in
            stratum.canary.detail.payloads = PayloadTally(inspected: 100, malformedResponses: 12)
            stratum.stable.detail.payloads = PayloadTally(inspected: 1_900, malformedResponses: 3)
        }

        #expect(Diagnosis(strata: strata, suspicious: ["invalidOutputs"]).causes.map(\.kind) == [.unreadableAnswers])
    }

    @Test("Strata that gateways had to forget requests of are left aside; the order of strata is of no importance")
    func soundness() throws {
        let strata = Self.strata { interval, stratum in
            if interval >= 12 { stratum.canary.outcomes[.timeout] += 8 }
        }
        let dropped = strata.map { stratum in
            var stratum = stratum
            stratum.droppedRequests = 5
            return stratum
        }

        #expect(Diagnosis(strata: dropped, suspicious: ["errorRate"]) == .none)
        let diagnosis = Diagnosis(strata: strata, suspicious: ["errorRate"])
        #expect(Diagnosis(strata: strata.reversed(), suspicious: ["errorRate"]) == diagnosis)
        let text = try JSONEncoder().encode(diagnosis)
        #expect(try JSONDecoder().decode(Diagnosis.self, from: text) == diagnosis)
    }
}
