import Foundation
import RolloutCore
import Statistics
import Testing

@Suite("Tallies of signals")
struct SignalTallyTests {
    private static let numbers = SignalTally(
        role: .feature,
        values: .numbers(NumberTally(grid: .share, counts: SparseCounts([(bucket: 5, count: 3)])))
    )
    private static let nothing = SignalTally(role: .feature, missing: 4, values: .classes(ClassTally()))

    @Test("A side without values takes the other's kind, whichever comes first")
    func neutral() {
        var (first, second) = (Self.nothing, Self.numbers)
        first.merge(Self.numbers)
        second.merge(Self.nothing)

        #expect(first == SignalTally(role: .feature, missing: 4, values: Self.numbers.values))
        #expect(second == first)
    }

    @Test("Values of another kind are mistyped")
    func otherKind() {
        var tally = Self.numbers
        tally.merge(SignalTally(role: .feature, values: .classes(ClassTally(counts: ["a": 2]))))

        #expect((tally.present, tally.mistyped) == (3, 2))
    }

    @Test(
        "A stored tally that no counting can have made is refused, not counted on",
        arguments: [
            #"{"role":"feature","numbers":{"grid":"number","counts":{"buckets":[-2147483648],"counts":[1]}}}"#,
            #"{"role":"feature","numbers":{"grid":"number","counts":{"buckets":[1,2],"counts":[9007199254740992,1]}}}"#,
            #"{"role":"feature","numbers":{"grid":"number","counts":{"buckets":[1],"counts":[-1]}}}"#,
            #"{"role":"feature","classes":{"counts":{"a":9223372036854775807},"other":1}}"#,
            #"{"role":"feature","classes":{"other":-1}}"#,
            #"{"role":"feature","missing":9223372036854775807,"classes":{"other":1}}"#,
        ]
    )
    func corrupted(text: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(SignalTally.self, from: Data(text.utf8)) }
    }

    @Test("A histogram of others with more rows than can be counted is refused")
    func uncountable() {
        let bucket = BaselineSignal.Bucket(lower: 0, upper: 1, count: 1 << 53)
        let next = BaselineSignal.Bucket(lower: 1, upper: 2, count: 1)

        #expect(throws: InvalidValue.self) {
            try BaselineSignal(mean: 0, deviation: 1, missing: 0, buckets: [bucket, next])
        }
        #expect(throws: InvalidValue.self) {
            try BaselineSignal(words: ["a": .max, "b": .max], present: 1, missing: 0)
        }
    }
}
