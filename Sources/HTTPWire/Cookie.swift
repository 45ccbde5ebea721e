extension FieldSection {
    /// Where the value of the first cookie named `name` stands in the `Cookie` fields (RFC 6265 section 4.2), or nil.
    package func cookie(named name: [UInt8], in source: RawSpan) -> ByteRange? {
        for line in self.lines
        where line.name.count == 6 && source.extracting(line.name.bounds).equalsIgnoringCase("cookie") {
            if let value = Self.cookie(named: name, in: source, from: line.value) { return value }
        }
        return nil
    }

    private static func cookie(named name: [UInt8], in source: RawSpan, from range: ByteRange) -> ByteRange? {
        var start = Int(range.start)
        while start < range.end {
            while start < range.end, Octet.isBlank(source.byte(at: start)) { start += 1 }
            var end = start
            while end < range.end, source.byte(at: end) != Octet.semicolon { end += 1 }
            let valueStart = start + name.count + 1
            if valueStart <= end, source.byte(at: valueStart - 1) == 0x3D,
                source.extracting(start..<valueStart - 1).equals(name)
            {
                return ByteRange(from: valueStart, to: end)
            }
            start = end + 1
        }
        return nil
    }
}
