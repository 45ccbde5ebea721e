/// SipHash-2-4 with a 128-bit key: a keyed hash whose values clients can't steer.
///
/// Source: Aumasson & Bernstein, "SipHash: a fast short-input PRF", 2012; test vectors of its appendix A.
package struct KeyedHash: Hashable, Sendable {
    private let k0: UInt64
    private let k1: UInt64

    package init(key0: UInt64, key1: UInt64) {
        self.k0 = key0
        self.k1 = key1
    }

    package func callAsFunction(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var state = State(self.k0, self.k1)
        var word: UInt64 = 0
        var count: UInt64 = 0
        for byte in bytes {
            word |= UInt64(byte) << (8 * (count & 7))
            count += 1
            if count & 7 == 0 {
                state.compress(word)
                word = 0
            }
        }
        state.compress(word | (count & 0xFF) << 56)
        return state.finish()
    }

    /// The hash of three words, as of their 24 bytes in little-endian order.
    package func hash(_ first: UInt64, _ second: UInt64, _ third: UInt64) -> UInt64 {
        var state = State(self.k0, self.k1)
        state.compress(first)
        state.compress(second)
        state.compress(third)
        state.compress(24 << 56)
        return state.finish()
    }

    private struct State {
        var v0, v1, v2, v3: UInt64

        init(_ k0: UInt64, _ k1: UInt64) {
            self.v0 = k0 ^ 0x736f_6d65_7073_6575
            self.v1 = k1 ^ 0x646f_7261_6e64_6f6d
            self.v2 = k0 ^ 0x6c79_6765_6e65_7261
            self.v3 = k1 ^ 0x7465_6462_7974_6573
        }

        mutating func compress(_ word: UInt64) {
            self.v3 ^= word
            self.round()
            self.round()
            self.v0 ^= word
        }

        mutating func finish() -> UInt64 {
            self.v2 ^= 0xFF
            for _ in 0..<4 { self.round() }
            return self.v0 ^ self.v1 ^ self.v2 ^ self.v3
        }

        private mutating func round() {
            self.v0 &+= self.v1
            self.v1 = rotate(self.v1, 13) ^ self.v0
            self.v0 = rotate(self.v0, 32)
            self.v2 &+= self.v3
            self.v3 = rotate(self.v3, 16) ^ self.v2
            self.v0 &+= self.v3
            self.v3 = rotate(self.v3, 21) ^ self.v0
            self.v2 &+= self.v1
            self.v1 = rotate(self.v1, 17) ^ self.v2
            self.v2 = rotate(self.v2, 32)
        }

        private func rotate(_ x: UInt64, _ by: UInt64) -> UInt64 { x << by | x >> (64 - by) }
    }
}
