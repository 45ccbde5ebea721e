/// Writes the Prometheus text exposition format, version 0.0.4.
package struct PrometheusText: Sendable {
    package enum Kind: String, Sendable { case gauge, counter, histogram }

    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    package private(set) var text = ""

    package init() {}

    /// Begins a metric; its samples follow.
    package mutating func metric(_ name: String, _ kind: Kind, _ help: String) {
        self.text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    package mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
        self.text += name
        if !labels.isEmpty {
            self.text += "{" + labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",") + "}"
        }
        self.text += " \(Self.number(value))\n"
    }

    /// The samples of one histogram.
    ///
    /// - Parameters:
    ///   - bounds: Upper ends of the buckets, ascending, without the last one, which has none.
    ///   - counts: Of each bucket alone, one more than there are bounds.
    package mutating func histogram(
        _ name: String,
        _ labels: [(String, String)],
        bounds: [Double],
        counts: [Int64],
        sum: Double
    ) {
        precondition(counts.count == bounds.count + 1, "the last bucket has no upper end")
        var total: Int64 = 0
        for (bound, count) in zip(bounds + [.infinity], counts) {
            total += count
            self.sample(name + "_bucket", labels + [("le", Self.number(bound))], Double(total))
        }
        self.sample(name + "_sum", labels, sum)
        self.sample(name + "_count", labels, Double(total))
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }

    private static func escaped(_ value: String) -> String {
        var escaped = ""
        for character in value {
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
