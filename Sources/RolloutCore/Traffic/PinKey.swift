/// What pin tokens are signed with; it follows from the key of the request ids and can't be told from any number of these.
package struct PinKey: Sendable {
    private let high: KeyedHash
    private let low: KeyedHash

    /// - Parameter stampKey: What all gateways sign request ids with.
    ///
    /// A request id's signature hashes 24 bytes, and the hash knows the length: no id is a key of ours.
    package init(derivedFrom stampKey: KeyedHash) {
        func part(_ number: Int) -> UInt64 { stampKey("serin pin token key \(number)".utf8) }
        self.high = KeyedHash(key0: part(0), key1: part(1))
        self.low = KeyedHash(key0: part(2), key1: part(3))
    }

    /// 128 bits.
    func tag(of bytes: some Collection<UInt8>) -> (high: UInt64, low: UInt64) { (self.high(bytes), self.low(bytes)) }
}
