package import RolloutCore

/// Reads a plan's `rescue`: `true` stands for an object without members, `false` and `null` for none.
package enum RescueReader {
    package static func read(_ value: JSONValue, at pointer: String) throws(InvalidValue) -> RescueRule? {
        switch value {
        case .bool(true): return RescueRule()
        case .bool(false), .null: return nil
        case .object, .array, .string, .number: break
        }
        var reader = try JSONReader(value, at: pointer)
        var rule = RescueRule()
        rule.serverErrors = try reader.bool("serverErrors", default: rule.serverErrors)
        rule.afterMilliseconds = try reader.optionalInteger("afterMilliseconds")
        rule.maximumBodyBytes = try reader.integer("maximumBodyBytes", default: rule.maximumBodyBytes)
        try reader.finish()
        return rule
    }
}
