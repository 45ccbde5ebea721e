import HTTPWire

/// A head read line by line with strings and arrays, straight from the grammar of RFC 9112: the parser must accept just
/// what this accepts, and find the same in it.
struct PlainHead: Equatable {
    enum Verdict: Equatable {
        /// No empty line ends the head, so nothing can be said.
        case unended
        case refused
        case accepted(PlainHead)
    }

    var start: [UInt8]
    var target: [UInt8] = []
    var isVersion10: Bool
    var fields: [ReadField]
    var isChunked = false
    var contentLength: Int?
    var length: Int

    static func request(_ bytes: [UInt8], limits: HeadLimits) -> Verdict {
        var emptyLines = 0
        var bytes = bytes[...]
        while bytes.starts(with: [0x0D, 0x0A]) {
            emptyLines += 1
            bytes = bytes.dropFirst(2)
        }
        guard let (start, lines, length) = self.split(bytes) else { return .unended }
        let total = length + 2 * emptyLines
        let words = start.split(separator: 0x20, omittingEmptySubsequences: false).map(Array.init)
        guard emptyLines <= 8, total <= limits.headSize, words.count == 3, isToken(words[0]),
            words[0] != octets("CONNECT"),
            words[0] != octets("TRACE"),
            self.isTarget(words[1], method: words[0]), words[1].count <= limits.targetSize,
            let isVersion10 = version10(words[2]),
            var head = Self(start: words[0], isVersion10: isVersion10, lines, .requests, length: total),
            head.fields.count <= limits.fieldCount, head.hasValidHost
        else { return .refused }
        head.target = words[1]
        return .accepted(head)
    }

    static func response(_ bytes: [UInt8], limits: HeadLimits) -> Verdict {
        guard let (start, lines, length) = self.split(bytes[...]) else { return .unended }
        let words = start.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false).map(Array.init)
        guard length <= limits.headSize, words.count >= 2, let isVersion10 = version10(words[0]), words[1].count == 3,
            let status = decimal(words[1]), 100...599 ~= status, words.count == 2 || isFieldContent(words[2]),
            let head = Self(
                start: words[1] + [0x20] + (words.count == 3 ? words[2] : []),
                isVersion10: isVersion10,
                lines,
                .responses,
                length: length
            ),
            head.fields.count <= limits.fieldCount
        else { return .refused }
        return .accepted(head)
    }

    private enum Kind {
        case requests
        case responses
    }

    private init?(start: [UInt8], isVersion10: Bool, _ lines: [[UInt8]], _ kind: Kind, length: Int) {
        self.start = start
        self.isVersion10 = isVersion10
        self.length = length
        self.fields = []
        for line in lines {
            guard let colon = line.firstIndex(of: 0x3A) else { return nil }
            var name = Array(line[..<colon])
            if kind == .responses { while let last = name.last, isBlank(last) { name.removeLast() } }
            let value = trimmed(line[(colon + 1)...])
            guard isToken(name), isFieldContent(value) else { return nil }
            self.fields.append(ReadField(name: name, value: value))
        }
        guard self.findLength(), self.values("connection").joined().count <= 1_024 else { return nil }
    }

    private mutating func findLength() -> Bool {
        let lengths = self.values("content-length")
        let codings = self.values("transfer-encoding")
        guard lengths.count + codings.count <= 1 else { return false }
        if let length = lengths.first {
            guard (1...18).contains(length.count), let number = decimal(length) else { return false }
            self.contentLength = number
        }
        if let coding = codings.first {
            guard text(coding).lowercased() == "chunked", !self.isVersion10 else { return false }
            self.isChunked = true
        }
        return true
    }

    func values(_ name: String) -> [[UInt8]] {
        self.fields.filter { $0.lowercasedName == name }.map(\.value)
    }

    private var hasValidHost: Bool {
        let hosts = self.values("host")
        if hosts.isEmpty { return self.isVersion10 }
        return hosts.count == 1 && hosts[0].isValidAuthority
    }

    /// The start line, the other lines, and the length up to the first empty line; no line holds a CR or LF of its own.
    private static func split(_ bytes: ArraySlice<UInt8>) -> (start: [UInt8], lines: [[UInt8]], length: Int)? {
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: octets("\r\n\r\n")) }) else {
            return nil
        }
        var lines: [[UInt8]] = [[]]
        var index = bytes.startIndex
        while index < end {
            if bytes[index...].starts(with: [0x0D, 0x0A]) {
                lines.append([])
                index += 2
            } else {
                lines[lines.count - 1].append(bytes[index])
                index += 1
            }
        }
        return (lines.removeFirst(), lines, end + 4 - bytes.startIndex)
    }

    private static func isTarget(_ target: [UInt8], method: [UInt8]) -> Bool {
        guard target.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x23 }) else { return false }
        if target.first == 0x2F { return true }
        if target == [0x2A] { return method == octets("OPTIONS") }
        guard target.count > 7, text(target[..<7]).lowercased() == "http://" else { return false }
        return Array(target[7...].prefix { $0 != 0x2F && $0 != 0x3F }).isValidAuthority
    }
}

private func version10(_ word: [UInt8]) -> Bool? {
    switch text(word) {
    case "HTTP/1.1": false
    case "HTTP/1.0": true
    case _: nil
    }
}

private func decimal(_ digits: [UInt8]) -> Int? {
    digits.allSatisfy { (0x30...0x39).contains($0) } ? Int(text(digits)) : nil
}

func isBlank(_ octet: UInt8) -> Bool { octet == 0x20 || octet == 0x09 }

func trimmed(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    Array(bytes.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
}

func isToken(_ bytes: [UInt8]) -> Bool {
    let others = octets("!#$%&'*+-.^_`|~")
    return !bytes.isEmpty
        && bytes.allSatisfy { octet in
            switch octet {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            case _: others.contains(octet)
            }
        }
}

func isFieldContent(_ bytes: [UInt8]) -> Bool {
    bytes.allSatisfy { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }
}

extension [UInt8] {
    /// `host [ ":" port ]` with a host that is not empty (RFC 3986 section 3.2).
    var isValidAuthority: Bool {
        guard !self.isEmpty, self.count <= 512 else { return false }
        let all = text(self)
        let literal = all.wholeMatch(of: /(\[[0-9A-Fa-f:.]{2,}\])(:([0-9]{0,5}))?/)
        if let literal { return (literal.3.flatMap { Int($0) } ?? 0) <= 65_535 }
        guard let name = all.wholeMatch(of: /((?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+)(:([0-9]{0,5}))?/) else {
            return false
        }
        return (name.3.flatMap { Int($0) } ?? 0) <= 65_535
    }
}
