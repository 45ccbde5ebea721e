import Glibc
import Payloads
import RolloutCore

/// The table that the peers profile, too: seven lognormal columns, two of words with 4 and 50 values, one of whole numbers below 1 000.
struct BenchmarkFrame {
    private let numbers: [[Double]]
    private let words: [[String]]
    private let rows: Int

    init(rows: Int, seed: UInt64) {
        var random = seed
        func next() -> Double {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(random >> 11) * 0x1p-53
        }
        let letters = ["a", "b", "c", "d"]
        let keys = (0..<50).map { "k\($0)" }
        self.rows = rows
        // By G. Box and M. Muller.
        let lognormal = { exp(0.6 * sqrt(-2 * log(1 - next())) * cos(2 * Double.pi * next())) }
        self.numbers =
            (0..<7).map { _ in (0..<rows).map { _ in lognormal() } }
            + [(0..<rows).map { _ in (next() * 1_000).rounded(.down) }]
        self.words = [letters, keys].map { domain in
            (0..<rows).map { _ in domain[Int(next() * Double(domain.count))] }
        }
    }

    /// What a column looked like before: the first half of the first one.
    func reference() throws -> [SignalName: SignalTally] {
        var profile = SignalProfile(role: .feature)
        let column = self.numbers[0]
        profile.add(numbers: column.span.extracting(first: self.rows / 2))
        return [try SignalName("x"): profile.drain()]
    }

    /// Profiles a column and tells all distances from the reference.
    func drift(from reference: [SignalName: SignalTally]) throws -> Int64 {
        var profile = SignalProfile(role: .feature)
        let column = self.numbers[1]
        profile.add(numbers: column.span)
        let current = [try SignalName("x"): profile.drain()]
        return Int64(DriftReport(reference: reference, current: current).signals.count)
    }

    /// Profiles one column alone.
    func profileColumn() -> Int64 {
        var profile = SignalProfile(role: .feature)
        let column = self.numbers[0]
        profile.add(numbers: column.span)
        return profile.drain().rows
    }

    func profileColumns() -> Int64 {
        var total: Int64 = 0
        for column in self.numbers {
            var profile = SignalProfile(role: .feature)
            profile.add(numbers: column.span)
            total += profile.drain().rows
        }
        for column in self.words {
            var profile = SignalProfile(role: .feature)
            for word in column { profile.add(category: word) }
            total += profile.drain().rows
        }
        return total
    }

    func profileRows() -> Int64 {
        var profiles = (0..<self.numbers.count + self.words.count).map { _ in SignalProfile(role: .feature) }
        for row in 0..<self.rows {
            for (place, column) in self.numbers.enumerated() { profiles[place].add(number: column[row]) }
            for (place, column) in self.words.enumerated() {
                profiles[self.numbers.count + place].add(category: column[row])
            }
        }
        return profiles.indices.reduce(0) { $0 + profiles[$1].drain().rows }
    }
}
