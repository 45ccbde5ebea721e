/// Names one request for ever: 128 bits, written as 32 hexadecimal digits.
package struct RequestID: Hashable, Sendable, CustomStringConvertible {
    /// Of the event loop that gave the id; drawn at its start.
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package var description: String { Self.digits(self.high) + Self.digits(self.low) }

    private static func digits(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// Gives out request ids that never repeat within one source, and don't show how many there were before.
package struct RequestIDSource: Sendable {
    private let high: UInt64
    private let mask: UInt64
    private var counter: UInt64 = 0

    /// - Parameter seed: 128 random bits; two sources with different `high` never give the same id.
    package init(seed: (high: UInt64, low: UInt64)) {
        self.high = seed.high
        self.mask = seed.low
    }

    package mutating func next() -> RequestID {
        self.counter &+= 1
        return RequestID(high: self.high, low: FastRandom.mix(self.counter ^ self.mask))
    }
}
