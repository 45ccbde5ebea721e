/// Draws, request by request, what the dials ask for.
struct FaultDice {
    struct Throw: Equatable {
        let fails: Bool
        let delay: Duration
    }

    private let faults: DemoFaults
    private var generator: SplitMix64

    init(faults: DemoFaults) {
        self.faults = faults
        self.generator = SplitMix64(state: faults.seed)
    }

    /// Always takes two numbers from the generator, so that one dial never shifts the sequence of the other.
    mutating func roll() -> Throw {
        let fails = Double.random(in: 0..<1, using: &self.generator) < self.faults.errorRate
        let isDelayed = Double.random(in: 0..<1, using: &self.generator) < self.faults.delayShare
        return Throw(fails: fails, delay: isDelayed ? self.faults.delay : .zero)
    }
}

/// Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators", OOPSLA: any seed will do.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
