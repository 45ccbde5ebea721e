/// One field line of a head: where its name and its value are, and where the line ends.
package struct FieldLine: Equatable, Sendable {
    package var name: ByteRange
    /// Without the blanks around it.
    package var value: ByteRange
    /// The offset behind the line's CRLF.
    package var end: Int32
    package var kind: FieldKind
    /// There are blanks between name and colon, which only a response may have and a proxy removes
    /// (RFC 9112 section 5.1).
    package var hasBlankBeforeColon: Bool

    static let empty = FieldLine(name: .empty, value: .empty, end: 0, kind: .other, hasBlankBeforeColon: false)
}

/// Whether the `count` octets at `octets` are `lowercase`, letters compared without case.
@inline(__always)
func matches(_ octets: UnsafePointer<UInt8>, _ count: Int, _ lowercase: StaticString) -> Bool {
    guard count == lowercase.utf8CodeUnitCount else { return false }
    let expected = lowercase.utf8Start
    var index = 0
    while index < count {
        if Octet.lowercased(octets[index]) != expected[index] { return false }
        index &+= 1
    }
    return true
}

/// Whether two runs of octets are equal, ASCII letters compared without case.
@inline(__always)
func matchesIgnoringCase(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, count: Int) -> Bool {
    var index = 0
    while index < count {
        if Octet.lowercased(left[index]) != Octet.lowercased(right[index]) { return false }
        index &+= 1
    }
    return true
}

extension RawSpan {
    /// Whether these octets are `lowercase`, letters compared without case.
    package func equalsIgnoringCase(_ lowercase: StaticString) -> Bool {
        self.withUnsafeBytes { octets in
            guard let start = octets.baseAddress else { return lowercase.utf8CodeUnitCount == 0 }
            return matches(start.assumingMemoryBound(to: UInt8.self), octets.count, lowercase)
        }
    }

    /// Whether these octets and `other` are equal, ASCII letters compared without case.
    package func equalsIgnoringCase(_ other: [UInt8]) -> Bool {
        guard self.byteCount == other.count else { return false }
        return self.withUnsafeBytes { left in
            other.span.bytes.withUnsafeBytes { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return true }
                return matchesIgnoringCase(
                    left.assumingMemoryBound(to: UInt8.self),
                    right.assumingMemoryBound(to: UInt8.self),
                    count: self.byteCount
                )
            }
        }
    }
}

extension RawSpan {
    /// Whether these octets are exactly `text`.
    package func equals(_ text: StaticString) -> Bool {
        guard self.byteCount == text.utf8CodeUnitCount else { return false }
        for index in 0..<self.byteCount where self.byte(at: index) != text.utf8Start[index] { return false }
        return true
    }

    /// Whether these octets and `other` are the same.
    package func equals(_ other: [UInt8]) -> Bool {
        guard self.byteCount == other.count else { return false }
        for index in 0..<self.byteCount where self.byte(at: index) != other[index] { return false }
        return true
    }

    /// The octet at `offset`, which must lie inside.
    package func byte(at offset: Int) -> UInt8 { self.unsafeLoad(fromByteOffset: offset, as: UInt8.self) }

    /// A copy of these octets.
    package var array: [UInt8] { self.withUnsafeBytes { Array($0) } }
}
