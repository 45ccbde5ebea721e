import RolloutCore
import Statistics
import Testing

@Suite("What is seen held against a baseline's constraints")
struct ConstraintReportTests {
    private static let name = signalName("x")

    private static func kinds(_ constraint: SignalConstraint, _ current: SignalTally) -> [ConstraintViolation.Kind] {
        let baseline = Baseline(signals: [Self.name: BaselineSignal(tally: nil, constraint: constraint)], origin: "")
        return ConstraintReport(baseline: baseline, current: [Self.name: current]).violations.map(\.kind)
    }

    private static func tally(_ rows: Int, mistyped: Int64 = 0, missing: Int64 = 0, _ value: (Int) -> Double)
        -> SignalTally
    {
        var tally = SignalTally.numbers((0..<rows).map(value), role: .feature, missing: missing)
        tally.mistyped = mistyped
        return tally
    }

    @Test(
        "Each demand is violated by a share beyond chance, and by no less",
        arguments: [
            (SignalConstraint(completeness: 0.95), Self.tally(950, missing: 50) { Double($0) }, nil),
            (SignalConstraint(completeness: 0.95), Self.tally(900, missing: 100) { Double($0) }, .completeness),
            (SignalConstraint(completeness: 1), Self.tally(999, missing: 1) { Double($0) }, .completeness),
            (SignalConstraint(kind: .number), Self.tally(999, mistyped: 1) { Double($0) }, nil),
            (SignalConstraint(kind: .number), Self.tally(950, mistyped: 50) { Double($0) }, .dataType),
            (SignalConstraint(kind: .category), Self.tally(100) { Double($0) }, .dataType),
            (SignalConstraint(minimum: 0), Self.tally(1_000) { $0 < 2 ? -5 : 5 }, nil),
            (SignalConstraint(minimum: 0), Self.tally(1_000) { $0 < 50 ? -5 : 5 }, .range),
            (SignalConstraint(maximum: 4), Self.tally(1_000) { $0 < 50 ? 5 : 3 }, .range),
        ] as [(SignalConstraint, SignalTally, ConstraintViolation.Kind?)]
    )
    func shares(constraint: SignalConstraint, current: SignalTally, expected: ConstraintViolation.Kind?) {
        #expect(Self.kinds(constraint, current) == [expected].compactMap { $0 })
    }

    @Test("Words outside the domain count against the share that is allowed")
    func domain() {
        let current = SignalTally.classes(["a": 900, "z": 100], role: .feature)

        #expect(Self.kinds(SignalConstraint(domain: ["a", "b"]), current) == [.categoricalValues])
        #expect(Self.kinds(SignalConstraint(domain: ["a", "b"], unseenShare: 0.1), current) == [])
    }

    @Test("A column that is gone, and a feature that nobody knows")
    func columns() {
        let baseline = Baseline(signals: [Self.name: BaselineSignal(tally: nil)], origin: "")
        let current = [
            signalName("y"): SignalTally.classes(["a": 100], role: .feature),
            signalName("answer"): SignalTally.classes(["a": 100], role: .prediction),
        ]
        let report = ConstraintReport(baseline: baseline, current: current)

        #expect(report.violations.map(\.kind) == [.missingColumn, .extraColumn])
        #expect(report.violations.map(\.signal) == [Self.name, signalName("y")])
        #expect(report.drift == nil)
    }

    @Test("What a baseline was inferred from, and more of the same, violates nothing; drift does")
    func inferred() {
        var random = SplitMix64(seed: 9)
        func tallies(_ mean: Double) -> [SignalName: SignalTally] {
            let numbers = (0..<4_000).map { _ in random.normal(mean: mean) }
            let words = random.binomial(4_000, 0.3)
            return [
                Self.name: .numbers(numbers, role: .feature),
                signalName("w"): .classes(["a": words, "b": 4_000 - words], role: .feature, missing: 3),
            ]
        }
        let baseline = Baseline(from: tallies(0), origin: "a file")

        #expect(ConstraintReport(baseline: baseline, current: tallies(0)).violations == [])
        let moved = ConstraintReport(baseline: baseline, current: tallies(0.5))
        #expect(moved.violations.map(\.kind) == [.baselineDrift])
        #expect(moved.drift?.verdict == .drifted)
        #expect(baseline.signals[signalName("w")]?.constraint.domain == ["a", "b"])
    }

    @Test("An impossible histogram is refused with what is wrong")
    func badHistogram() {
        #expect(throws: InvalidValue("buckets must have finite edges, ascend, and not overlap")) {
            try BaselineSignal(
                mean: 0,
                deviation: 1,
                missing: 0,
                buckets: [.init(lower: 0, upper: 2, count: 1), .init(lower: 1, upper: 3, count: 1)]
            )
        }
    }

    @Test("The balance of classes: even, uneven and of one class only")
    func balance() {
        let even = ClassBalance(["a": 50, "b": 50])
        let uneven = ClassBalance(["a": 90, "b": 10])

        #expect(even?.entropyBits == 1)
        #expect(even?.evenness == 1)
        #expect(even?.imbalanceRatio == 1)
        #expect(uneven?.imbalanceRatio == 9)
        #expect(abs((uneven?.entropyBits ?? 0) - 0.4690) < 1e-4)
        #expect(ClassBalance(["a": 5])?.evenness == 0)
        #expect(ClassBalance([:]) == nil)
        #expect(ClassBalance(labels: .binary(rows: 100, wrong: 10))?.shares == ["0": 0.5, "1": 0.5])
    }
}
