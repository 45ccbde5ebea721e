import ControlWire
import RolloutCore

/// All operations a case may name.
package struct CaseTable: Sendable {
    typealias Operation = @Sendable (inout CaseInputs) throws(InvalidValue) -> CaseAnswer

    private static let operations: [String: Operation] = [
        DriftCases.operations, TwoSampleCases.operations, ClassificationCases.operations, RankingCases.operations,
        ProbabilityCases.operations, SummaryCases.operations, QualityCases.operations,
        ConfidenceSequenceCases.operations, SequentialCases.operations, PlannedLookCases.operations,
        ManyTestCases.operations,
    ].reduce(into: [:]) { table, family in
        table.merge(family) { _, _ in preconditionFailure("an operation stands in two families") }
    }

    /// The names of the operations, in order.
    package static var names: [String] { self.operations.keys.sorted() }

    private let arrays: NamedArrays

    package init(arrays: NamedArrays = NamedArrays()) {
        self.arrays = arrays
    }

    /// Answers a line `{"id": …, "op": …, "inputs": {…}}` with one of `id` and `value`, or `id` and `error`.
    ///
    /// Further members are for people and left alone. Never fails: what is wrong with a line is its answer.
    package func reply(to line: [UInt8]) -> String {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: NonFiniteNumerals.quoted(in: line))
        } catch {
            return Self.reply(id: .null, error: "the line is not JSON, \(error); write one object a line")
        }
        guard case .object(let members) = document else {
            return Self.reply(id: .null, error: "must be an object with id, op and inputs, but is \(document.kind)")
        }
        let id = members["id"] ?? .null
        do {
            return "{\"id\":\(JSONText.of(id)),\"value\":\(try self.answer(members).json)}"
        } catch {
            return Self.reply(id: id, error: error.description)
        }
    }

    private func answer(_ members: [String: JSONValue]) throws(InvalidValue) -> CaseAnswer {
        var reader = try JSONReader(.object(members))
        let name = try reader.string("op")
        guard let operation = Self.operations[name] else {
            let known = Self.names.joined(separator: ", ")
            throw InvalidValue("is no known operation: '\(name)'; known are \(known)", at: "/op")
        }
        guard let value = reader.value("inputs") else {
            throw InvalidValue("is required: an object with the inputs of \(name)", at: "/inputs")
        }
        var inputs = try CaseInputs(value, at: "/inputs", arrays: self.arrays)
        let answer = try operation(&inputs)
        try inputs.finish()
        return answer
    }

    private static func reply(id: JSONValue, error: String) -> String {
        "{\"id\":\(JSONText.of(id)),\"error\":\(JSONText.string(error))}"
    }
}
