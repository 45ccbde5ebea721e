import HTTPWire

/// A path taken apart as a standard route: `/v2/models/m…`, `/v1/models/m…` or `/m…`.
struct StandardPath: Equatable {
    var style: RouteMatching.Style
    var name: ByteRange
    var end: Int
    var hasVersion: Bool

    init?(_ path: RawSpan) {
        if path.starts(with: "/v2/models/", at: 0) {
            self.init(path, nameFrom: 11, style: .versionTwo)
        } else if path.starts(with: "/v1/models/", at: 0) {
            self.init(path, nameFrom: 11, style: .versionOne)
        } else {
            self.init(path, nameFrom: 1, style: .prefixRemoved)
        }
    }

    private init?(_ path: RawSpan, nameFrom start: Int, style: RouteMatching.Style) {
        let nameEnd = path.endOfSegment(from: start)
        guard nameEnd > start else { return nil }
        self.style = style
        self.name = ByteRange(from: start, to: nameEnd)
        self.end = nameEnd
        self.hasVersion = false
        if style == .prefixRemoved { return }
        // All of them: one that was left would choose the version in place of the rollout.
        while let end = Self.endOfVersion(in: path, from: self.end) {
            self.end = end
            self.hasVersion = true
        }
    }

    /// The end of `/versions/…` or `/labels/…` at `start`; nil when there is none.
    private static func endOfVersion(in path: RawSpan, from start: Int) -> Int? {
        for marker in ["/versions/", "/labels/"] as [StaticString] where path.starts(with: marker, at: start) {
            let end = path.endOfSegment(from: start + marker.utf8CodeUnitCount)
            if end > start + marker.utf8CodeUnitCount { return end }
        }
        return nil
    }
}

extension RawSpan {
    /// Whether `text` stands at `offset`, compared exactly.
    func starts(with text: StaticString, at offset: Int) -> Bool {
        let count = text.utf8CodeUnitCount
        guard offset <= self.byteCount - count else { return false }
        return self.extracting(offset..<offset + count).equals(text)
    }

    /// The offset of the first `/` or `:` from `start` on, or the end.
    func endOfSegment(from start: Int) -> Int {
        var index = start
        while index < self.byteCount {
            let byte = self.byte(at: index)
            if byte == UInt8(ascii: "/") || byte == UInt8(ascii: ":") { return index }
            index += 1
        }
        return max(start, self.byteCount)
    }
}
