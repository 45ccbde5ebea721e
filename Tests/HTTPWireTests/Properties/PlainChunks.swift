import HTTPWire

/// The chunked coding read line by line: what the framing must find in the same bytes.
enum PlainChunks: Equatable {
    /// More is needed, or what there is breaks the coding: the line that is not whole could do either.
    case unended(content: [UInt8])
    case refused(content: [UInt8])
    case complete(content: [UInt8], end: Int)

    static func read(_ bytes: [UInt8]) -> PlainChunks {
        var rest = bytes[...]
        var content: [UInt8] = []
        while true {
            guard let line = nextLine(&rest) else { return .unended(content: content) }
            guard let size = self.size(line) else { return .refused(content: content) }
            if size == 0 { break }
            content += rest.prefix(size)
            guard rest.count >= size + 2 else {
                let tail = rest.dropFirst(size)
                return tail.isEmpty || tail.first == 0x0D ? .unended(content: content) : .refused(content: content)
            }
            rest = rest.dropFirst(size)
            guard rest.starts(with: [0x0D, 0x0A]) else { return .refused(content: content) }
            rest = rest.dropFirst(2)
        }
        while true {
            guard let line = nextLine(&rest) else { return .unended(content: content) }
            if line.isEmpty { return .complete(content: content, end: rest.startIndex) }
            guard self.isTrailer(line) else { return .refused(content: content) }
        }
    }

    /// Takes the line up to the next LF, without its CRLF; one that ends otherwise keeps the LF and so fits no grammar.
    private static func nextLine(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        guard let end = rest.firstIndex(of: 0x0A) else { return nil }
        let line = Array(rest[...end])
        rest = rest[(end + 1)...]
        return line.count > 1 && line[line.count - 2] == 0x0D ? Array(line.dropLast(2)) : line
    }

    private static func size(_ line: [UInt8]) -> Int? {
        guard let match = text(line).wholeMatch(of: /([0-9A-Fa-f]{1,15})([ \t]*;(.*))?/.dotMatchesNewlines()) else {
            return nil
        }
        let words = octets(String(match.3 ?? ""))
        guard isFieldContent(words), words.allSatisfy({ $0 < 0x80 }) else { return nil }
        return Int(match.1, radix: 16)
    }

    private static func isTrailer(_ line: [UInt8]) -> Bool {
        guard let colon = line.firstIndex(of: 0x3A) else { return false }
        let name = Array(line[..<colon])
        return isToken(name) && isFieldContent(Array(line[(colon + 1)...]))
            && !self.isForbidden(text(name).lowercased().replacing("_", with: "-"))
    }

    private static func isForbidden(_ name: String) -> Bool {
        self.forbidden.contains(name) || ["proxy-", "x-forwarded-", "x-serin-"].contains { name.hasPrefix($0) }
    }

    /// What a head would be framed, routed, trusted or understood by.
    private static let forbidden: Set = [
        "authorization", "connection", "content-encoding", "content-length", "content-range", "content-type",
        "cookie", "expect", "forwarded", "host", "http2-settings", "keep-alive", "max-forwards", "proxy",
        "set-cookie", "te", "trailer", "transfer-encoding", "upgrade",
    ]
}
