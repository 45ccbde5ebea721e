package import RolloutCore

/// Stamps the requests of one event loop, so that no two of one gateway get the same number.
package struct StampSource: Sendable {
    private static let mask: UInt64 = 0xFF_FFFF_FFFF

    private let step: UInt64
    private let key: UInt64
    private var counter: UInt64
    /// Microseconds from the start of the loop's clock to 1970, which is usually below 0.
    private var offset: Int64 = 0

    /// - Parameters:
    ///   - seed: Random, and the same for all loops of a gateway.
    ///   - loop: 0..<`loopCount`: the loops take turns in the numbers.
    package init(seed: (start: UInt64, key: UInt64), loop: Int, of loopCount: Int) {
        precondition((0..<loopCount).contains(loop), "each loop has a number of its own")
        self.step = UInt64(loopCount)
        self.key = seed.key & Self.mask
        self.counter = seed.start &+ UInt64(loop)
    }

    /// Tells what the time is, so that a request needs no look at another clock.
    package mutating func synchronise(_ time: LoopTime, with wall: Timestamp) {
        self.offset = wall.microseconds - time.microseconds
    }

    /// - Parameters:
    ///   - cohort: The one that was chosen.
    ///   - generation: Of the model's route; 0 for a request that no route took.
    package mutating func next(cohort: Cohort, generation: Int64, at time: LoopTime) -> RequestStamp {
        self.next(.judged(cohort), generation: generation, at: time)
    }

    /// - Parameter generation: Of the model's route.
    package mutating func next(
        _ standing: RequestStamp.Standing,
        generation: Int64,
        at time: LoopTime
    ) -> RequestStamp {
        self.counter &+= self.step
        return RequestStamp(
            standing: standing,
            generation: generation,
            milliseconds: self.wallTime(of: time).microseconds / 1_000,
            unique: Self.spread(self.counter & Self.mask) ^ self.key
        )
    }

    package func wallTime(of time: LoopTime) -> Timestamp {
        Timestamp(microseconds: time.microseconds + self.offset)
    }

    /// A bijection of 40-bit numbers, so that ids don't show how many there were before.
    private static func spread(_ number: UInt64) -> UInt64 {
        var x = number
        x ^= x >> 20
        x = (x &* 0x9E_3779_B97F) & Self.mask
        x ^= x >> 20
        x = (x &* 0xC2_B2AE_3D27) & Self.mask
        return x ^ x >> 20
    }
}
