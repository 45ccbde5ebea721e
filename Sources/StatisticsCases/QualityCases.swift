import ControlWire
import RolloutCore
import Statistics

/// What is wrong with the values of a field.
enum QualityCases {
    static let operations: [String: CaseTable.Operation] = [
        "data_quality": numeric,
        "data_quality_cat": categorical,
    ]

    private enum DeclaredType: String, CaseIterable {
        case number, integer, string, boolean
    }

    private static func numeric(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let values = try inputs.items("values")
        let type = try inputs.choice("type", default: DeclaredType.number)
        let lower = try inputs.optionalNumber("min", .unrestricted) ?? -.infinity
        let upper = try inputs.optionalNumber("max", .unrestricted) ?? .infinity
        guard lower <= upper else { throw InvalidValue("must not be above max", at: inputs.place("min")) }
        var quality = NumericFieldQuality(range: lower...upper)
        for value in values { quality.add(self.value(value, as: type)) }
        return .fields([
            "n": .count(quality.total),
            "missing": .count(quality.missing),
            "type_mismatch": .count(quality.typeMismatches),
            "out_of_range": .count(quality.outOfRange),
            "valid": .count(quality.valid),
        ])
    }

    /// A value of the declared type counts as its number, one without a size as 0; of another type as text.
    private static func value(_ value: JSONValue, as type: DeclaredType) -> FieldValue {
        switch (value, type) {
        case (.null, _), (.string("NaN"), .number), (.string("NaN"), .integer): .missing
        case (.string("Infinity"), .number): .number(.infinity)
        case (.string("-Infinity"), .number): .number(-.infinity)
        case (.number(let number), .number): .number(number)
        case (.number(let number), .integer) where number == number.rounded(): .number(number)
        case (.string, .string), (.bool, .boolean): .number(0)
        case (.bool, _), (.number, _), (.string, _), (.array, _), (.object, _): .text("")
        }
    }

    private static func categorical(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let values = try inputs.labels("values")
        let domain = try inputs.labels("domain").compactMap { $0.map(self.category) }
        var quality = CategoryFieldQuality(domain: Set(domain))
        for value in values { quality.add(value.map { .text(self.category($0)) } ?? .missing) }
        return .fields([
            "n": .count(quality.total),
            "missing": .count(quality.missing),
            "unseen": .count(quality.unseen),
            "unseen_share_of_present": .number(quality.unseenShareOfPresent),
        ])
    }

    /// Distinct for a number and for the same digits as a name.
    private static func category(_ label: CaseLabel) -> String {
        switch label {
        case .number(let number): "#\(number)"
        case .name(let name): "'\(name)"
        }
    }
}
