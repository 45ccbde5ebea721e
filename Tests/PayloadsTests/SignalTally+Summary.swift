import RolloutCore
import Statistics

extension SignalTally {
    /// The tally in one line: role, values, missing and mistyped where there are any.
    var summary: String {
        let values =
            switch self.values {
            case .numbers(let numbers): "\(numbers.grid) n=\(numbers.moments.count) mean=\(numbers.moments.mean)"
            case .classes(let classes):
                classes.counts.sorted { $0.key < $1.key }.map { "\($0.key)×\($0.value)" }.joined(separator: " ")
            }
        let missing = self.missing > 0 ? " missing=\(self.missing)" : ""
        let mistyped = self.mistyped > 0 ? " mistyped=\(self.mistyped)" : ""
        return "\(self.role): \(values)\(missing)\(mistyped)"
    }
}

extension [SignalName: SignalTally] {
    var summary: [String: String] {
        Dictionary<String, String>(uniqueKeysWithValues: self.map { ($0.key.text, $0.value.summary) })
    }
}
