/// What a case comes to.
package enum CaseAnswer: Equatable, Sendable {
    /// Not defined for these inputs; `null`, never 0 and never NaN.
    case undefined
    /// Infinity is written as the string `Infinity`; what is not a number counts as undefined.
    case number(Double)
    case count(Int64)
    case list([CaseAnswer])
    case record([Field])

    package struct Field: Equatable, Sendable {
        package let name: String
        package let answer: CaseAnswer

        package init(name: String, answer: CaseAnswer) {
            self.name = name
            self.answer = answer
        }
    }

    static func number(_ value: Double?) -> CaseAnswer { value.map { .number($0) } ?? .undefined }

    static func numbers(_ values: [Double]) -> CaseAnswer { .list(values.map { .number($0) }) }

    static func counts(_ values: [Int64]) -> CaseAnswer { .list(values.map { .count($0) }) }

    /// Fields in the given order; undefined as a whole when every field is.
    static func fields(_ fields: KeyValuePairs<String, CaseAnswer>) -> CaseAnswer {
        let isDefined = fields.contains { !$0.value.isUndefined }
        return isDefined ? .record(fields.map { Field(name: $0.key, answer: $0.value) }) : .undefined
    }

    private var isUndefined: Bool {
        switch self {
        case .undefined: true
        case .number(let value): value.isNaN
        case .count, .list, .record: false
        }
    }

    /// As JSON in one line.
    package var json: String {
        switch self {
        case .undefined: "null"
        case .number(let value): JSONText.number(value)
        case .count(let count): "\(count)"
        case .list(let answers): "[" + answers.map(\.json).joined(separator: ",") + "]"
        case .record(let fields):
            "{" + fields.map { "\(JSONText.string($0.name)):\($0.answer.json)" }.joined(separator: ",") + "}"
        }
    }
}
