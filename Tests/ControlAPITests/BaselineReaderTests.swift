import ControlWire
import Foundation
import RolloutCore
import Statistics
import Testing

@Suite("Baselines on the wire")
struct BaselineReaderTests {
    private func read(_ text: String) throws -> BaselineRequest {
        try BaselineRequest(JSONValue(parsing: Array(text.utf8)))
    }

    @Test("A baseline that was shown can be sent again unchanged")
    func roundTrip() throws {
        let ages = [18.5, 44, 44.25, 71]
        let baseline = Baseline(
            signals: [
                try SignalName("age"): BaselineSignal(
                    tally: SignalTally(
                        role: .feature,
                        missing: 3,
                        mistyped: 1,
                        values: .numbers(
                            NumberTally(
                                grid: .number,
                                counts: SparseCounts(ages.map { (bucket: ValueGrid.number.bucket(of: $0), count: 2) }),
                                moments: Moments(ages)
                            )
                        )
                    ),
                    constraint: SignalConstraint(kind: .number, completeness: 0.9, minimum: 0, maximum: 120)
                ),
                try SignalName("colour/tint"): BaselineSignal(
                    tally: SignalTally(role: .feature, values: .classes(ClassTally(counts: ["red": 5], other: 2)))
                ),
                try SignalName("plan"): BaselineSignal(
                    tally: nil,
                    constraint: SignalConstraint(
                        kind: .category,
                        domain: ["a", "b"],
                        unseenShare: 0.02,
                        driftThreshold: 0.1
                    )
                ),
            ],
            origin: "train.csv"
        )

        let shown = String(decoding: try JSONEncoder().encode(baseline), as: UTF8.self)

        #expect(try self.read(shown) == .given(baseline))
        #expect(try self.read(#"{"from":"stable"}"#) == .fromStable)
    }

    @Test(
        "The outermost buckets and the largest counts that are accepted can be compared with",
        arguments: ValueGrid.allCases
    )
    func extremes(grid: ValueGrid) throws {
        let buckets = "[\(grid.buckets.lowerBound),\(grid.buckets.upperBound)]"
        let counts = #"{"buckets":\#(buckets),"counts":[4.4e15,4.4e15]}"#
        let numbers = #"{"grid":"\#(grid.rawValue)","counts":\#(counts)}"#
        let text = #"{"origin":"f","signals":{"a":{"tally":{"numbers":\#(numbers)}}}}"#
        guard case .given(let baseline) = try self.read(text) else {
            Issue.record("a baseline was given")
            return
        }
        let current = baseline.signals.compactMapValues(\.tally)

        let same = DriftReport(baseline: baseline, current: current)
        let report = ConstraintReport(baseline: Baseline(from: current, origin: "f"), current: current)

        #expect(same.verdict == .stable)
        #expect(report.violations.isEmpty)
    }

    @Test(
        "A wrong baseline is refused at its place",
        arguments: [
            (#"{"from":"canary"}"#, "/from"), (#"{"from":"stable","x":1}"#, "/x"), ("{}", "/origin"),
            (#"{"origin":"f"}"#, "/signals"), (#"{"origin":"f","signals":{}}"#, "/signals"),
            (#"{"origin":"f","signals":{"":{}}}"#, "/signals/"), (#"{"origin":"f","signals":{"a":{}}}"#, "/signals/a"),
            (#"{"origin":"f","signals":{"a":{"tally":{}}}}"#, "/signals/a/tally"),
            (#"{"origin":"f","signals":{"a":{"tally":{"missing":-1,"classes":{}}}}}"#, "/signals/a/tally/missing"),
            (
                #"{"origin":"f","signals":{"a":{"tally":{"numbers":{"counts":{"buckets":[1],"counts":[]}}}}}}"#,
                "/signals/a/tally/numbers/counts/counts"
            ),
            (
                #"{"origin":"f","signals":{"a":{"tally":{"numbers":{"counts":{"buckets":[1,-2147483648],"counts":[1,1]}}}}}}"#,
                "/signals/a/tally/numbers/counts/buckets/1"
            ),
            (
                #"{"origin":"f","signals":{"a":{"tally":{"numbers":{"grid":"share","counts":{"buckets":[-1],"counts":[1]}}}}}}"#,
                "/signals/a/tally/numbers/counts/buckets/0"
            ),
            (
                #"{"origin":"f","signals":{"a":{"tally":{"numbers":{"counts":{"buckets":[1],"counts":[-1]}}}}}}"#,
                "/signals/a/tally/numbers/counts/counts/0"
            ),
            (
                #"{"origin":"f","signals":{"a":{"tally":{"numbers":{"counts":{"buckets":[1,2],"counts":[8e15,8e15]}}}}}}"#,
                "/signals/a/tally/numbers/counts/counts"
            ),
            (
                #"{"origin":"f","signals":{"a":{"tally":{"classes":{"counts":{"x":8e15},"other":8e15}}}}}"#,
                "/signals/a/tally/classes"
            ),
            (
                #"{"origin":"f","signals":{"a":{"tally":{"missing":8e15,"mistyped":8e15,"classes":{}}}}}"#,
                "/signals/a/tally"
            ),
            (
                #"{"origin":"f","signals":{"a":{"tally":{"numbers":{"moments":{"squaredDeviations":-1}}}}}}"#,
                "/signals/a/tally/numbers/moments/squaredDeviations"
            ),
            (
                #"{"origin":"f","signals":{"a":{"constraint":{"completeness":2}}}}"#,
                "/signals/a/constraint/completeness"
            ),
            (
                #"{"origin":"f","signals":{"a":{"constraint":{"minimum":2,"maximum":1}}}}"#,
                "/signals/a/constraint/minimum"
            ),
            (#"{"origin":"f","signals":{"a":{"constraint":{"domain":[1]}}}}"#, "/signals/a/constraint/domain/0"),
        ]
    )
    func refusals(text: String, pointer: String) throws {
        let error = #expect(throws: InvalidValue.self) { try self.read(text) }

        #expect(error?.pointer == pointer, "\(String(describing: error))")
    }
}
