import RolloutCore
import RolloutEngine

/// What is asked of another system: one number about one cohort in one interval.
struct MetricQuestion: Hashable {
    enum Cohort: String { case canary, stable }

    let subject: ExternalSubject
    let cohort: Cohort

    var version: VersionName {
        switch self.cohort {
        case .canary: self.subject.canary
        case .stable: self.subject.stable
        }
    }

    var end: Timestamp { self.subject.intervalStart.adding(seconds: Double(self.subject.intervalSeconds)) }

    /// Puts names in the place of `$version`, `$cohort`, `$model`, `$canary`, `$stable` and `$interval`, or of the same in double braces.
    ///
    /// Names of models and versions hold nothing that means something within quotes of a query.
    func filled(_ text: String) -> String {
        let values = [
            ("version", self.version.text), ("cohort", self.cohort.rawValue), ("model", self.subject.model.text),
            ("canary", self.subject.canary.text), ("stable", self.subject.stable.text),
            ("interval", "\(self.subject.intervalSeconds)s"),
        ]
        return values.reduce(text) { text, value in
            Self.replacing("$" + value.0, in: text.replacing("{{\(value.0)}}", with: value.1), with: value.1)
        }
    }

    /// Whole words only: `$model` in `$models` is something else.
    private static func replacing(_ word: String, in text: String, with value: String) -> String {
        var filled = ""
        var rest = text[...]
        while let found = rest.firstRange(of: word) {
            let after = rest[found.upperBound...].first
            let isWhole = !(after.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false)
            filled += rest[..<found.lowerBound] + (isWhole ? value : word)
            rest = rest[found.upperBound...]
        }
        return filled + rest
    }
}
