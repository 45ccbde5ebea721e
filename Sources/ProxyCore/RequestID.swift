package import RolloutCore

/// The text of `x-serin-request-id` as the three words it is written from: 48 hexadecimal digits, a signed `RequestStamp`.
package struct RequestID: Hashable, Sendable, CustomStringConvertible {
    package let first: UInt64
    package let second: UInt64
    package let third: UInt64

    package init(_ stamp: RequestStamp, signedWith key: KeyedHash) {
        (self.first, self.second, self.third) = stamp.words(signedWith: key)
    }

    package var description: String { RequestStamp.text(of: (self.first, self.second, self.third)) }
}
