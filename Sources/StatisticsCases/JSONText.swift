import ControlWire

/// Writes JSON in one line.
enum JSONText {
    static func of(_ value: JSONValue) -> String {
        switch value {
        case .null: return "null"
        case .bool(let flag): return flag ? "true" : "false"
        case .number(let number): return self.number(number)
        case .string(let text): return self.string(text)
        case .array(let items): return "[" + items.map(self.of).joined(separator: ",") + "]"
        case .object(let members):
            let texts = members.sorted { $0.key < $1.key }.map { "\(self.string($0.key)):\(self.of($0.value))" }
            return "{" + texts.joined(separator: ",") + "}"
        }
    }

    /// With as many digits as give the same number back, whole numbers without a point. JSON has no infinity and no
    /// NaN: they become a string and `null`.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "null" }
        if value.isInfinite { return value > 0 ? "\"Infinity\"" : "\"-Infinity\"" }
        if let whole = Int64(exactly: value), abs(value) < 9e15, !(value == 0 && value.sign == .minus) {
            return "\(whole)"
        }
        return "\(value)"
    }

    static func string(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            case _: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
