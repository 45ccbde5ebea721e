import ControlWire
import Foundation
import PostgresStore
import RolloutCore
import RolloutEngine
import Statistics
import Testing

@Suite("Evidence on the wire")
struct EvidenceRoundTripTests {
    @Test("A stratum with everything in it comes back exactly as it was judged")
    func wholeStratum() throws {
        let stratum = try EvidenceStratum(
            tick: 7,
            intervalStart: Timestamp(microseconds: 1_790_000_000_123_456),
            generation: 41,
            canaryWeight: Weight(basisPoints: 500),
            canary: .everything(errors: 3),
            stable: .everything(errors: 1),
            droppedRequests: 2,
            readings: [
                "gpu": ExternalReading(canary: 0.1 + 0.2, stable: 1e-300),
                "queue": ExternalReading(error: "no answer"),
            ]
        )

        let bytes = try JSONEncoder().encode(StratumResponse(stratum))
        let read = try EvidenceStratum(JSONDecoder().decode(StratumResponse.self, from: bytes))

        #expect(read == stratum)
    }

    @Test("A stratum with nothing in it is small, and comes back as well")
    func emptyStratum() throws {
        let stratum = EvidenceStratum(
            tick: 1,
            intervalStart: Timestamp(seconds: 1_790_000_000),
            generation: 1,
            canaryWeight: .fivePercent
        )

        let bytes = try JSONEncoder().encode(StratumResponse(stratum))

        #expect(bytes.count < 1_000)
        #expect(try EvidenceStratum(JSONDecoder().decode(StratumResponse.self, from: bytes)) == stratum)
    }

    @Test("Evidence comes in pages of whole ticks, which together are all of it")
    func pages() throws {
        try ControlBench.with { bench in
            let id = try bench.openRollout()
            for _ in 0..<3 {
                try bench.observe(id)
                try bench.tick()
            }
            let whole = try bench.get("/v1/rollouts/\(id)/evidence").decoded(EvidenceResponse.self)

            var strata: [StratumResponse] = []
            var after: Int64? = 0
            var pages = 0
            while let tick = after {
                let page = try bench.get("/v1/rollouts/\(id)/evidence?after=\(tick)&limit=1")
                    .decoded(EvidenceResponse.self)
                #expect(Set(page.strata.map(\.tick)).count <= 1)
                strata += page.strata
                after = page.next
                pages += 1
            }

            #expect(whole.next == nil && whole.strata.count >= 3)
            #expect(strata == whole.strata)
            #expect(pages == 3)
            let stored = try bench.store.read { view in
                try view.evidence(of: #require(try view.rollout(RolloutID(id))), through: 3)
            }
            #expect(whole.strata.map(EvidenceStratum.init) == stored)
            #expect(stored.allSatisfy { $0.canary.outcomes.total == 100 && !$0.canary.latency.isEmpty })
            for query in ["limit=0", "limit=x", "after=-1", "limit=1001"] {
                _ = try bench.get("/v1/rollouts/\(id)/evidence?\(query)")
                    .problem(status: 400, type: "urn:serin:problem:invalid-value")
            }
        }
    }
}

extension CohortTally {
    /// Something in every field, of sizes that only exact numbers survive.
    fileprivate static func everything(errors: Int64) throws -> CohortTally {
        var latency = LatencyHistogram()
        latency.record(microseconds: 20_123, count: 97)
        latency.record(microseconds: 1_234_567)
        var outcomes = OutcomeCounts()
        for (index, outcome) in Outcome.allCases.enumerated() { outcomes[outcome] = Int64(index) + errors }
        var quality = QualityTally()
        quality.add(
            QualityCounts(
                label: .category("7"),
                prediction: Prediction(value: .category("9"), score: 0.1),
                positiveClass: "7"
            ),
            slices: ["region=eu"]
        )
        quality.add(
            QualityCounts(label: .number(1.25), prediction: Prediction(value: .number(1.5)), positiveClass: nil)
        )
        let numbers = [0.1, 0.2, 0.7, 1e-9]
        let detail = CohortDetail(
            latencyParts: LatencyParts(requests: 98, connect: 9_007_199_254_740_993, firstByte: 12, transfer: 1),
            upstreams: ["http://10.0.0.7:8000": outcomes],
            payloads: PayloadTally(
                inspected: 90,
                malformedRequests: 1,
                malformedResponses: 2,
                oversized: 3,
                dropped: 4
            ),
            signals: [
                try SignalName("predict"): SignalTally(
                    role: .prediction,
                    missing: 1,
                    mistyped: 2,
                    values: .classes(ClassTally(counts: ["7": 60, "9": 30], other: 4))
                ),
                try SignalName("score/a~b"): SignalTally(
                    role: .confidence,
                    values: .numbers(
                        NumberTally(
                            grid: .share,
                            counts: SparseCounts(numbers.map { (bucket: ValueGrid.share.bucket(of: $0), count: 1) }),
                            moments: Moments(numbers)
                        )
                    )
                ),
            ],
            quality: quality,
            keys: KeyTally(failed: PlaceSet([Place(number: 5), Place(number: 79_999)]))
        )
        return CohortTally(
            outcomes: outcomes,
            latency: latency,
            connectFailureRun: 5,
            assigned: outcomes.total + 11,
            detail: detail
        )
    }
}
