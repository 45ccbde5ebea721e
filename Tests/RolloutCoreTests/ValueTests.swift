import RolloutCore
import Testing

@Suite("Values from outside")
struct ValueTests {
    static let good = ["a", "Z", "0", "digits", "digits-2.1_x", "v3", "V1", String(repeating: "a", count: 63)]
    static let bad = [
        "", "-a", ".a", "_a", "a b", "a/b", "a:b", "ä", "a\n", "%41", "..", String(repeating: "a", count: 64),
    ]

    @Test("A name of letters, digits and . _ - is accepted as it stands", arguments: good)
    func acceptsName(text: String) throws {
        #expect(try ModelName(text).text == text)
        #expect(try VersionName(text).text == text)
    }

    @Test("Any other name is refused", arguments: bad)
    func refusesName(text: String) {
        #expect(throws: InvalidValue.self) { try ModelName(text) }
        #expect(throws: InvalidValue.self) { try VersionName(text) }
    }

    @Test("The protocols' path segments are no model names, but good version names", arguments: ["v1", "v2"])
    func reservedNames(text: String) throws {
        #expect(throws: InvalidValue.self) { try ModelName(text) }
        #expect(try VersionName(text).text == text)
    }

    @Test(
        "A weight lies in 0 to 10000 basis points",
        arguments: [(-1, false), (0, true), (10_000, true), (10_001, false)]
    )
    func weightRange(number: Int, isValid: Bool) {
        #expect(((try? Weight(basisPoints: number)) != nil) == isValid)
    }

    @Test(
        "A weight reads as a percentage",
        arguments: [(0, "0 %"), (500, "5 %"), (550, "5.5 %"), (505, "5.05 %"), (1, "0.01 %"), (10_000, "100 %")]
    )
    func weightText(number: Int, text: String) {
        #expect(basisPoints(number).description == text)
    }

    @Test("A weight and its complement are all of the traffic", arguments: [0, 1, 500, 9_999, 10_000])
    func complement(number: Int) {
        let weight = basisPoints(number)

        #expect(weight.basisPoints + weight.complement.basisPoints == 10_000)
        #expect(weight.share + weight.complement.share == 1)
    }

    @Test(
        "A moment is floored to the interval that holds it, before 1970 too",
        arguments: [
            (0, 10, 0), (9_999_999, 10, 0), (10_000_000, 10, 10_000_000), (-1, 10, -10_000_000),
            (-10_000_000, 10, -10_000_000), (-10_000_001, 10, -20_000_000), (3_599_999_999, 3_600, 0),
        ] as [(Int64, Int, Int64)]
    )
    func floored(moment: Int64, seconds: Int, start: Int64) {
        #expect(Timestamp(microseconds: moment).floored(toSeconds: seconds) == Timestamp(microseconds: start))
    }

    @Test("Seconds added to a moment are the seconds since it")
    func timestampArithmetic() {
        let later = origin.adding(seconds: 1.5)

        #expect(later.seconds(since: origin) == 1.5)
        #expect(origin.seconds(since: later) == -1.5)
        #expect(origin < later)
    }

    @Test("Versions live once: no state is entered twice except stable, by restore")
    func versionStates() {
        #expect(VersionState.registered.successors == [.canary, .stable])
        #expect(VersionState.canary.successors == [.stable, .failed, .inconclusive, .superseded])
        #expect(VersionState.stable.successors == [.deprecated])
        #expect(VersionState.deprecated.successors == [.stable])
        for ended in [VersionState.failed, .inconclusive, .superseded] { #expect(ended.successors.isEmpty) }
    }

    @Test("Client aborts say nothing about a version; client errors are judged but no fault of it")
    func outcomeCounts() {
        let counts = OutcomeCounts(ordered: [100, 10, 5, 4, 3, 2, 50])

        #expect(counts.total == 174)
        #expect(counts.judged == 124)
        #expect(counts.errors == 14)
        #expect(counts.errorShare == 14.0 / 124)
        #expect(OutcomeCounts().errorShare == nil)
        #expect(OutcomeCounts(ordered: [7]).ordered == [7] + Array(repeating: 0, count: Outcome.allCases.count - 1))
    }
}
