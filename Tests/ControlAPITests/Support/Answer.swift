import ControlWire
import Foundation
import Testing

/// One answer of the control API.
struct Answer: Equatable {
    var status: Int
    /// Names in lower case.
    var headers: [String: String] = [:]
    var body: [UInt8] = []

    init(status: Int) { self.status = status }

    var text: String { String(decoding: self.body, as: UTF8.self) }

    func json() throws -> JSONValue { try JSONValue(parsing: self.body) }

    /// The body as one of the API's own documents, after the status has been held against the expected one.
    func decoded<Document: Decodable>(
        _ type: Document.Type,
        status: Int = 200,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Document {
        #expect(self.status == status, "\(self.text)", sourceLocation: sourceLocation)
        #expect(self.headers["content-type"] == "application/json", sourceLocation: sourceLocation)
        return try JSONDecoder().decode(type, from: Data(self.body))
    }

    /// The body as a problem document, which every refusal must be.
    func problem(
        status: Int,
        type: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Problem {
        #expect(self.status == status, "\(self.text)", sourceLocation: sourceLocation)
        #expect(self.headers["content-type"] == "application/problem+json", sourceLocation: sourceLocation)
        let problem = try JSONDecoder().decode(Problem.self, from: Data(self.body))
        #expect(problem.status == self.status, sourceLocation: sourceLocation)
        #expect(problem.type == type, "\(self.text)", sourceLocation: sourceLocation)
        #expect(!problem.title.isEmpty && !problem.detail.isEmpty, sourceLocation: sourceLocation)
        #expect((self.headers["retry-after"] == "1") == (status == 503), sourceLocation: sourceLocation)
        return problem
    }
}

extension JSONValue {
    subscript(_ key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    var items: [JSONValue] {
        guard case .array(let items) = self else { return [] }
        return items
    }

    /// As JSON again, to be sent.
    var text: String {
        switch self {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .number(let number): number == number.rounded() ? String(Int64(number)) : String(number)
        case .string(let text): Self.quoted(text)
        case .array(let items): "[" + items.map(\.text).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { Self.quoted($0.key) + ":" + $0.value.text }.joined(separator: ",") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case let scalar where scalar.value < 0x20:
                quoted += "\\u" + String(0x10000 + scalar.value, radix: 16).dropFirst()
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
