import ControlWire
import Testing

@testable import StatisticsCases

/// A case with its expected value, written as one JSON object.
struct GoldenCase: CustomTestStringConvertible, Sendable {
    let text: String

    /// Cases divided by empty lines.
    static func list(_ text: String) -> [GoldenCase] {
        var cases: [GoldenCase] = []
        var lines: [Substring] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) + [Substring()] {
            if !line.isEmpty { lines.append(line) }
            if line.isEmpty, !lines.isEmpty {
                cases.append(GoldenCase(text: lines.joined(separator: "\n")))
                lines = []
            }
        }
        return cases
    }

    var testDescription: String { String(self.text.prefix(80)) }

    /// The expected value and the one answered, of the same shape, every number within the tolerance.
    func check(_ table: CaseTable = CaseTable()) throws {
        guard case .object(let golden) = try JSONValue(parsing: Array(self.text.utf8)) else {
            Issue.record("the case is not an object")
            return
        }
        let reply = table.reply(to: Array(self.text.utf8))
        guard case .object(let answer) = try JSONValue(parsing: Array(reply.utf8)), let value = answer["value"] else {
            Issue.record("no value: \(reply)")
            return
        }
        let tolerance = if case .number(let given)? = golden["tolerance"] { given } else { 1e-9 }
        #expect(Self.agree(golden["expected"] ?? .null, value, within: tolerance), "\(reply)")
    }

    private static func agree(_ a: JSONValue, _ b: JSONValue, within tolerance: Double) -> Bool {
        switch (a, b) {
        case (.number(let a), .number(let b)): abs(a - b) <= max(tolerance, 1e-9 * abs(a))
        case (.array(let a), .array(let b)):
            a.count == b.count && zip(a, b).allSatisfy { self.agree($0, $1, within: tolerance) }
        case (.object(let a), .object(let b)):
            a.count == b.count && a.allSatisfy { self.agree($0.value, b[$0.key] ?? .bool(false), within: tolerance) }
        case (.null, _), (.bool, _), (.number, _), (.string, _), (.array, _), (.object, _): a == b
        }
    }
}
