/// Reads the Prometheus text exposition format 0.0.4 as strictly as its document says.
struct PrometheusReader {
    struct Sample: Hashable {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    struct Malformed: Error {
        let line: String
        let reason: String
    }

    private(set) var samples: [Sample] = []
    private(set) var types: [String: String] = [:]
    private var helps: Set<String> = []
    /// The metric whose samples may stand here.
    private var current: String?

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Malformed(line: "", reason: "the last line has no end") }
        for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
            do { try self.read(String(line)) } catch let reason as Reason {
                throw Malformed(line: String(line), reason: reason.text)
            }
        }
        let identities = self.samples.map { Sample(name: $0.name, labels: $0.labels, value: 0) }
        guard Set(identities).count == identities.count else {
            throw Malformed(line: "", reason: "a sample stands twice")
        }
    }

    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        self.samples.first { $0.name == name && $0.labels == labels }?.value
    }

    private struct Reason: Error { let text: String }

    private mutating func read(_ line: String) throws {
        if line.hasPrefix("# HELP ") {
            let parts = line.dropFirst(7).split(separator: " ", maxSplits: 1).map(String.init)
            guard parts.count == 2, Self.isName(parts[0]) else { throw Reason(text: "malformed HELP") }
            guard self.helps.insert(parts[0]).inserted else { throw Reason(text: "a second HELP") }
        } else if line.hasPrefix("# TYPE ") {
            let parts = line.dropFirst(7).split(separator: " ").map(String.init)
            guard parts.count == 2, ["counter", "gauge"].contains(parts[1]) else {
                throw Reason(text: "malformed TYPE")
            }
            guard self.types.updateValue(parts[1], forKey: parts[0]) == nil else { throw Reason(text: "a second TYPE") }
            guard self.helps.contains(parts[0]) else { throw Reason(text: "no HELP") }
            guard parts[1] == "counter" || !parts[0].hasSuffix("_total") else {
                throw Reason(text: "a gauge in _total")
            }
            self.current = parts[0]
        } else {
            try self.readSample(line)
        }
    }

    private mutating func readSample(_ line: String) throws {
        var rest = line[...]
        let name = String(rest.prefix { $0 != "{" && $0 != " " })
        guard name == self.current else { throw Reason(text: "a sample apart from its metric") }
        guard Self.isName(name) else { throw Reason(text: "malformed name") }
        rest = rest.dropFirst(name.count)
        var labels: [String: String] = [:]
        if rest.first == "{" {
            rest = rest.dropFirst()
            while rest.first != "}" {
                let label = String(rest.prefix { $0 != "=" })
                guard Self.isName(label), !label.contains(":"), !label.hasPrefix("__") else {
                    throw Reason(text: "label's name")
                }
                rest = rest.dropFirst(label.count + 1)
                guard labels.updateValue(try Self.quoted(&rest), forKey: label) == nil else {
                    throw Reason(text: "label twice")
                }
                if rest.first == "," { rest = rest.dropFirst() }
            }
            rest = rest.dropFirst()
        }
        guard rest.first == " ", let value = Double(rest.dropFirst()) else { throw Reason(text: "malformed value") }
        self.samples.append(Sample(name: name, labels: labels, value: value))
    }

    private static func quoted(_ rest: inout Substring) throws -> String {
        guard rest.popFirst() == "\"" else { throw Reason(text: "a label's value without quotes") }
        var text = ""
        while let character = rest.popFirst() {
            switch character {
            case "\"": return text
            case "\\":
                switch rest.popFirst() {
                case "n": text.append("\n")
                case "\\": text.append("\\")
                case "\"": text.append("\"")
                default: throw Reason(text: "unknown escape")
                }
            default: text.append(character)
            }
        }
        throw Reason(text: "a label's value without end")
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.first, !first.isNumber else { return false }
        return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") }
    }
}
