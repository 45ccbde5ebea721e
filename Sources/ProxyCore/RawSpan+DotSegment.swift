import HTTPWire

extension RawSpan {
    /// Whether a segment of this path is `.` or `..` (RFC 3986 section 3.3), plain or percent-encoded, between separators
    /// that are plain or percent-encoded.
    ///
    /// A server that resolves such segments would see another path than the one that was routed.
    package var hasDotSegment: Bool {
        var index = 0
        while index < self.byteCount {
            if let next = self.endOfSeparator(at: index) {
                if self.isDotSegment(from: next) { return true }
                index = next
            } else {
                index += 1
            }
        }
        return false
    }

    private func isDotSegment(from start: Int) -> Bool {
        var index = start
        var dots = 0
        while dots < 3 {
            let octet = self.decodedOctet(at: index)
            guard let octet, octet.value == UInt8(ascii: ".") else { break }
            index = octet.end
            dots += 1
        }
        guard (1...2).contains(dots) else { return false }
        // What follows a `;` is a parameter of the segment to servers that have such.
        return index == self.byteCount || self.byte(at: index) == UInt8(ascii: ";")
            || self.endOfSeparator(at: index) != nil
    }

    /// Whether the path from `start` on begins with a version or a label in a spelling that a router which compares octets
    /// doesn't see, but a server may: percent-encoded, or behind more than one slash, or behind a backslash.
    ///
    /// - Parameter start: The end of what the route takes up, so that a version in the usual spelling lies before it.
    package func hidesVersion(from start: Int) -> Bool {
        guard let segment = self.endOfSeparators(from: start) else { return false }
        return Self.versionMarkers.contains { word in
            guard let end = self.endOfDecoded(word, from: segment), let value = self.endOfSeparators(from: end) else {
                return false
            }
            return value < self.byteCount
        }
    }

    private static let versionMarkers = [Array("versions".utf8), Array("labels".utf8)]

    /// The end of the separators at `start`; nil when there is none.
    private func endOfSeparators(from start: Int) -> Int? {
        guard var end = self.endOfSeparator(at: start) else { return nil }
        while let next = self.endOfSeparator(at: end) { end = next }
        return end
    }

    /// The end of a `/`, or of a `\`, which some servers take for one.
    private func endOfSeparator(at index: Int) -> Int? {
        guard let octet = self.decodedOctet(at: index) else { return nil }
        return octet.value == UInt8(ascii: "/") || octet.value == UInt8(ascii: "\\") ? octet.end : nil
    }

    private func endOfDecoded(_ word: [UInt8], from start: Int) -> Int? {
        var index = start
        for expected in word {
            guard let octet = self.decodedOctet(at: index), octet.value == expected else { return nil }
            index = octet.end
        }
        return index
    }

    /// The octet that stands at `index`, percent-decoded, and where it ends; nil at the end of the path.
    private func decodedOctet(at index: Int) -> (value: UInt8, end: Int)? {
        guard index < self.byteCount else { return nil }
        let octet = self.byte(at: index)
        guard octet == UInt8(ascii: "%"), index + 2 < self.byteCount,
            let high = self.byte(at: index + 1).hexadecimalValue, let low = self.byte(at: index + 2).hexadecimalValue
        else { return (octet, index + 1) }
        return (high << 4 | low, index + 3)
    }
}

extension UInt8 {
    fileprivate var hexadecimalValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        case _: nil
        }
    }
}
