import Statistics
import Testing

@testable import RolloutCore

@Suite("Thresholds from stable's past numbers")
struct ValueComparatorTests {
    /// One row in each of the numbers' buckets.
    private static func counts(_ values: [Double], grid: ValueGrid = .number) -> SparseCounts {
        SparseCounts(values.map { (bucket: grid.bucket(of: $0), count: Int64(1)) })
    }

    /// 1, 2, … 1 000: each below 64 has a bucket of its own.
    private static let past = counts((1...1_000).map { Double($0 % 50 + 1) })

    struct Case: Sendable, CustomTestStringConvertible {
        let what: String
        let side: ValueComparator.Side
        var share = 0.5
        var ratio = 1.0
        var tolerance = 0.0
        let rounding: ValueComparator.Rounding
        /// Of 1…50, how many of the canary's are beyond.
        let canary: Int64
        let stable: Int64
        var testDescription: String { self.what }
    }

    static let cases: [Case] = [
        Case(what: "above the median", side: .above, rounding: .forHarm, canary: 25, stable: 25),
        Case(what: "above the last tenth", side: .above, share: 0.1, rounding: .forHarm, canary: 5, stable: 5),
        Case(what: "twice the median", side: .above, ratio: 1.9, rounding: .forHarm, canary: 2, stable: 25),
        Case(what: "ten above the median", side: .above, tolerance: 10, rounding: .forHarm, canary: 15, stable: 25),
        Case(
            what: "within a bucket, for harm",
            side: .above,
            tolerance: 0.2,
            rounding: .forHarm,
            canary: 25,
            stable: 25
        ),
        Case(
            what: "within a bucket, for proof",
            side: .above,
            tolerance: 0.2,
            rounding: .forProof,
            canary: 25,
            stable: 25
        ),
        Case(what: "below the median", side: .below, rounding: .forHarm, canary: 24, stable: 24),
        Case(what: "below half of the median", side: .below, ratio: 2, rounding: .forHarm, canary: 12, stable: 24),
        Case(what: "ten below the median", side: .below, tolerance: 10, rounding: .forHarm, canary: 14, stable: 24),
    ]

    @Test("A row is beyond stable's threshold, moved to the worse side for the canary", arguments: cases)
    func strata(expected: Case) throws {
        let comparator = ValueComparator(
            grid: .number,
            side: expected.side,
            shares: [expected.share],
            ratio: expected.ratio,
            tolerance: expected.tolerance,
            rounding: expected.rounding
        )
        let values = Self.counts((1...50).map(Double.init))

        let found = comparator.strata(canary: values, stable: values, history: Self.past)

        #expect(found == [try Stratum(x1: expected.canary, n1: 50, x0: expected.stable, n0: 50)])
    }

    @Test("A bucket that the bound cuts is fine for harm and bad for proof")
    func rounding() {
        func bad(_ rounding: ValueComparator.Rounding, _ side: ValueComparator.Side) -> Int64? {
            let comparator = ValueComparator(
                grid: .number,
                side: side,
                shares: [0.5],
                ratio: 1.001,
                tolerance: 0,
                rounding: rounding
            )
            let past = SparseCounts([(bucket: ValueGrid.number.bucket(of: 100), count: Int64(1_000))])
            // In the bucket that the moved threshold lies in.
            let value = side == .above ? 102.05 : 99.95
            return comparator.strata(canary: Self.counts([value]), stable: Self.counts([100]), history: past).first?.x1
        }

        #expect(bad(.forHarm, .above) == 0)
        #expect(bad(.forProof, .above) == 1)
        #expect(bad(.forHarm, .below) == 0)
        #expect(bad(.forProof, .below) == 1)
    }

    @Test("A past of fewer than 200 rows gives no threshold")
    func shortPast() {
        let comparator = ValueComparator(
            grid: .number,
            side: .above,
            shares: [0.5],
            ratio: 1,
            tolerance: 0,
            rounding: .forHarm
        )
        let (few, enough) = (Self.counts((1...199).map(Double.init)), Self.counts((1...200).map(Double.init)))

        #expect(comparator.strata(canary: few, stable: few, history: few).isEmpty)
        #expect(comparator.strata(canary: few, stable: few, history: enough).count == 1)
    }
}
