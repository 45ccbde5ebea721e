/// The grammar of a `Host` value (RFC 9110 section 7.2, RFC 3986 section 3.2): a host that is not empty, and maybe a port.
enum HostName {
    static func isValid(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard count > 0, count <= 512 else { return false }
        let hostEnd =
            bytes[0] == 0x5B ? self.endOfLiteral(bytes, count) : self.endOfRegisteredName(bytes, count)
        guard let hostEnd, hostEnd > 0 else { return false }
        if hostEnd == count { return true }
        return self.isPort(bytes + hostEnd, count - hostEnd)
    }

    private static func endOfRegisteredName(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int? {
        var index = bytes.skipWords(from: 0, to: count) { $0.notPlainHost }
        while index < count, bytes[index] != Octet.colon {
            if bytes[index] == Octet.percent {
                guard index + 2 < count, Octet.hexadecimalValue(bytes[index + 1]) != nil,
                    Octet.hexadecimalValue(bytes[index + 2]) != nil
                else { return nil }
                index += 3
            } else if Octet.isRegisteredName(bytes[index]) {
                index += 1
            } else {
                return nil
            }
        }
        return index
    }

    /// An address in brackets: `[`, hexadecimal digits, colons and dots, `]`.
    private static func endOfLiteral(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int? {
        var index = 1
        while index < count, bytes[index] != 0x5D {
            let octet = bytes[index]
            guard Octet.hexadecimalValue(octet) != nil || octet == Octet.colon || octet == 0x2E else { return nil }
            index += 1
        }
        return index < count && index > 2 ? index + 1 : nil
    }

    /// A colon and up to five digits that are at most 65 535; RFC 3986 allows the digits to be left out.
    private static func isPort(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard bytes[0] == Octet.colon, count <= 6 else { return false }
        var port = 0
        for index in 1..<max(1, count) {
            guard Octet.isDigit(bytes[index]) else { return false }
            port = port * 10 + Int(bytes[index] &- 0x30)
        }
        return port <= 65_535
    }
}
