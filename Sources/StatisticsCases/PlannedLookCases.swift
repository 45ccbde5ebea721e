import ControlWire
import RolloutCore
import Statistics

/// Designs with a planned number of looks.
enum PlannedLookCases {
    static let operations: [String: CaseTable.Operation] = [
        "repeated_significance_fpr": falsePositiveRate,
        "alpha_spending_bounds": spendingLimits,
    ]

    private static func falsePositiveRate(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let limit = try inputs.number("z", .notNegative)
        let sides: Sides = try inputs.flag("one_sided", default: false) ? .one : .two
        return .number(try self.design(&inputs).falsePositiveRate(limit: limit, sides: sides))
    }

    private static func spendingLimits(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let alpha = try inputs.number("alpha_one_sided", .openShare)
        let spending = try self.spending(&inputs)
        return .numbers(try self.design(&inputs).limits(spending, oneSidedAlpha: alpha))
    }

    private static func spending(_ inputs: inout CaseInputs) throws(InvalidValue) -> GroupSequentialDesign.Spending {
        guard let value = inputs.value("spending") else { throw inputs.missing("spending") }
        if case .string(let name) = value {
            let name = String(name.lowercased().map { $0 == "_" || $0 == " " ? "-" : $0 })
            switch name.hasPrefix("lan-demets-") ? String(name.dropFirst("lan-demets-".count)) : name {
            case "pocock": return .pocock
            case "obf", "of", "obrien-fleming", "o'brien-fleming":
                return .obrienFleming
            case "power", "kim-demets":
                return .power(exponent: try inputs.number("phi", .positive, default: 1))
            case _: break
            }
        }
        throw InvalidValue(
            "must be lan-demets-pocock, lan-demets-obf or power with phi; got \(JSONText.of(value))",
            at: inputs.place("spending")
        )
    }

    /// Evenly spaced looks, or `times`: the share of the information at each.
    private static func design(_ inputs: inout CaseInputs) throws(InvalidValue) -> GroupSequentialDesign {
        guard inputs.isPresent("times") else {
            return GroupSequentialDesign(equallySpacedLooks: try inputs.integer("looks", in: 1...1000))
        }
        let times = try inputs.numbers("times", .positive)
        let isAscending = zip(times, times.dropFirst()).allSatisfy(<)
        guard let last = times.last, last <= 1, isAscending, times.count <= 1000 else {
            throw InvalidValue("must be 1 to 1000 shares, ascending, 1 at most", at: inputs.place("times"))
        }
        if inputs.isPresent("looks"), try inputs.integer("looks", in: 1...1000) != times.count {
            throw InvalidValue("must be the number of times, or absent", at: inputs.place("looks"))
        }
        return GroupSequentialDesign(times: times)
    }
}
