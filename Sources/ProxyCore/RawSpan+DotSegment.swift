import HTTPWire

extension RawSpan {
    /// Whether a segment of this path is `.` or `..` (RFC 3986 section 3.3), plain or percent-encoded.
    ///
    /// A server that resolves such segments would see another path than the one that was routed.
    package var hasDotSegment: Bool {
        var index = 0
        while index < self.byteCount {
            if self.byte(at: index) == UInt8(ascii: "/"), self.isDotSegment(from: index + 1) { return true }
            index += 1
        }
        return false
    }

    private func isDotSegment(from start: Int) -> Bool {
        var index = start
        var dots = 0
        while dots < 3, let end = self.endOfDot(at: index) {
            index = end
            dots += 1
        }
        return (1...2).contains(dots) && (index == self.byteCount || self.byte(at: index) == UInt8(ascii: "/"))
    }

    private func endOfDot(at index: Int) -> Int? {
        guard index < self.byteCount else { return nil }
        if self.byte(at: index) == UInt8(ascii: ".") { return index + 1 }
        let isEncoded = self.starts(with: "%2e", at: index) || self.starts(with: "%2E", at: index)
        return isEncoded ? index + 3 : nil
    }
}
