import RolloutCore

/// What a comparison holds the numbers against, in words.
struct Margins {
    let harm: String
    /// Nil where nothing has to be shown for promotion.
    let promotion: String?

    init(_ comparison: Comparison) {
        switch comparison {
        case .errorRate(let rule), .clientAborts(let rule), .invalidOutputs(let rule):
            self.harm =
                "rolls back when the odds ratio is shown to be above \(rule.harmOddsRatio) and the shares differ by "
                + "\(Figures.level(rule.minimumDifference)) or more"
            let ceiling = rule.acceptableShare > 0 ? ", or the share below \(Figures.level(rule.acceptableShare))" : ""
            self.promotion = "needs the odds ratio shown to be below \(rule.promotionOddsRatio)" + ceiling
        case .latency(let rule):
            self.harm =
                "rolls back when shown to be slower by more than ×\(rule.harmRatio) plus \(rule.toleranceMilliseconds) ms"
            self.promotion =
                "needs to be shown slower by less than ×\(rule.promotionRatio) plus \(rule.toleranceMilliseconds) ms"
        case .predictionDrift(let rule):
            self.harm =
                "fails when a difference is shown and large: classes by \(Figures.level(rule.classDifference)) or a distance of "
                + "\(rule.classDistance), numbers by a stability index of \(rule.stabilityIndex) or \(rule.movement) sd"
            self.promotion =
                "needs every share shown to differ by less than \(Figures.level(rule.promotionDifference))"
        case .quality(let rule):
            self.harm = Self.harm(of: rule)
            self.promotion =
                "needs \(rule.minimumLabels) labels and the loss shown to be below the margin"
                + (rule.promotionMargin.map { " of \($0)" } ?? "")
        case .signal(let rule):
            let way = rule.direction == .either ? "changed" : "\(rule.direction.rawValue)"
            let tolerance = rule.tolerance > 0 ? " plus \(rule.tolerance)" : ""
            self.harm =
                "rolls back when \(rule.signal) is shown to be \(way) by more than ×\(rule.harmRatio)\(tolerance)"
            self.promotion = "needs it shown to be less than ×\(rule.promotionRatio)\(tolerance)"
        case .external(let rule):
            self.harm = Self.harm(of: rule)
            self.promotion = nil
        }
    }

    private static func harm(of rule: QualityComparison) -> String {
        let whose = [
            rule.measure?.rawValue ?? "quality", rule.class.map { "of class '\($0)'" },
            rule.slice.map { "in slice \($0)" },
        ].compactMap { $0 }.joined(separator: " ")
        return
            "rolls back when \(whose) is shown to be worse (odds ratio \(rule.harmOddsRatio) where rows are counted) and by "
            + "\(rule.minimumDifference) or more"
    }

    private static func harm(of rule: ExternalComparison) -> String {
        let bounds = [
            rule.above.map { "above \($0)" }, rule.below.map { "below \($0)" },
            rule.maximumRatio.map { "worse than stable's by ×\($0)" },
        ].compactMap { $0 }.joined(separator: ", ")
        let stretch =
            rule.forSeconds.map { "for \($0) s" } ?? "in \(rule.breaches) of \(rule.of) intervals"
        return "fails when it is \(bounds) \(stretch)"
    }
}
