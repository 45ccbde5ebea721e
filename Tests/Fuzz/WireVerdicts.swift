import HTTPWire

#if canImport(Glibc)
import Glibc
#endif

/// Reads inputs on standard input and says on standard output what HTTPWire makes of each: the other half is
/// `Tests/Fuzz/differential`.
///
/// An input is its kind (`q` for requests, `a` for answers to GET), its length in four octets, the lowest first, and its
/// octets. A verdict is one line of words; octets stand in hexadecimal digits behind a dot.
@main
enum WireVerdicts {
    static func main() {
        while let kind = self.read(1)?.first, let length = self.read(4), let input = self.read(Self.number(length)) {
            let side: ConnectionReader.Side = kind == UInt8(ascii: "q") ? .requests : .responses(.get)
            let reading = ConnectionReader.read(input.span.bytes, side, cuts: [], limits: HeadLimits())
            self.write(self.line(reading))
        }
    }

    private static func number(_ octets: [UInt8]) -> Int {
        octets.reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private static func line(_ reading: ConnectionReading) -> String {
        var words: [String] = []
        for message in reading.messages { words += ["message"] + self.words(message) }
        if let unfinished = reading.unfinished { words += ["unfinished"] + self.words(unfinished) }
        switch reading.ending {
        case .needsMore: words.append("more")
        case .closed: words.append("closed")
        case .refused(let defect): words += ["refused", "\(defect)"]
        }
        return words.joined(separator: " ") + "\n"
    }

    private static func words(_ message: ReadMessage) -> [String] {
        let head = message.head
        let target = head.target.path + head.target.query
        var words = [
            self.hexadecimal(head.start), self.hexadecimal(head.target.authority), self.hexadecimal(target),
            head.isVersion10 ? "1.0" : "1.1", self.hexadecimal(message.content), "\(message.length)",
            "\(head.fields.count)",
        ]
        for field in head.fields { words += [self.hexadecimal(field.name), self.hexadecimal(field.value)] }
        return words
    }

    private static func hexadecimal(_ octets: [UInt8]) -> String {
        "." + octets.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    private static func read(_ count: Int) -> [UInt8]? {
        var octets: [UInt8] = []
        var part = [UInt8](repeating: 0, count: max(count, 1))
        while octets.count < count {
            let number = Glibc.read(STDIN_FILENO, &part, count - octets.count)
            guard number > 0 else { return nil }
            octets += part[..<number]
        }
        return octets
    }

    private static func write(_ line: String) {
        var rest = Array(line.utf8)[...]
        while !rest.isEmpty {
            let number = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            guard number > 0 else { exit(1) }
            rest = rest.dropFirst(number)
        }
    }
}
