import Statistics

/// Macro-F1: the F1 of each class by itself, as a share of bad units.
///
/// Harm is the mean of E over the classes, at least as large as what e-BH needs; e-BH names the classes. Promotion needs every class.
struct ClassQuality: QualityComparing {
    private static let classLimit = 50

    private let rule: QualityComparison
    private let context: EvidenceContext
    /// Of stable's labelled rows until classes are taken from them.
    private var past = QualityCounts()
    private var classes: [(word: String, quality: UnitQuality)] = []
    private(set) var harmLogE = 0.0
    private var canary = QualityCounts()
    private var stable = QualityCounts()
    private var newest = NewestStrata<(canary: QualityCounts, stable: QualityCounts)>()

    init(_ rule: QualityComparison, _ context: EvidenceContext) {
        self.rule = rule
        self.context = context
    }

    mutating func fold(_ stratum: QualityStratum) {
        self.canary.merge(stratum.canary)
        self.stable.merge(stratum.stable)
        self.newest.append((stratum.canary, stratum.stable))
        for index in self.classes.indices { self.classes[index].quality.fold(stratum) }
        if !self.classes.isEmpty {
            self.harmLogE = max(self.harmLogE, LogDomain.mean(self.classes.map(\.quality.harmLogENow)))
            return
        }
        self.past.merge(stratum.stable)
        if self.past.classified >= DistributionQuestions.minimumHistory { self.chooseClasses() }
    }

    /// The classes that stable's labels had most, by name where they had as many.
    private mutating func chooseClasses() {
        let ranked = self.past.classes.map { ($0, self.past.outcomes(of: $0).positives) }
            .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
        self.classes = ranked.prefix(Self.classLimit).map { word, _ in
            var rule = self.rule
            rule.class = word
            return (word, UnitQuality(.f1, rule, self.context))
        }
        self.past = QualityCounts()
    }

    mutating func restartProof() {
        for index in self.classes.indices { self.classes[index].quality.restartProof() }
    }

    var promotionLogE: Double { self.classes.map(\.quality.promotionLogE).min() ?? 0 }

    /// One class may win what another loses: only a lower mean counts, over the rollout or of late.
    var isLossLargeEnough: Bool {
        if self.isLarge(self.canary, self.stable) { return true }
        var recent = (canary: QualityCounts(), stable: QualityCounts())
        for stratum in self.newest.elements {
            recent.canary.merge(stratum.canary)
            recent.stable.merge(stratum.stable)
        }
        return self.isLarge(recent.canary, recent.stable)
    }

    private func isLarge(_ canary: QualityCounts, _ stable: QualityCounts) -> Bool {
        guard let canary = canary.macroF1, let stable = stable.macroF1 else { return false }
        return stable - canary >= self.rule.minimumDifference
    }

    var effect: Effect? { nil }
    var difference: Difference? { nil }

    var lacking: String? {
        if self.classes.isEmpty { return "stable's labelled past is too short to take classes from" }
        return self.classes.lazy.compactMap { word, quality in quality.lacking.map { "class '\(word)': \($0)" } }.first
    }

    var culprit: String? {
        let rejected = MultipleTesting.eBenjaminiHochberg(
            logE: self.classes.map(\.quality.harmLogE),
            alpha: self.context.alpha
        )
        if rejected.isEmpty { return nil }
        return rejected.prefix(3).map { "'\(self.classes[$0].word)'" }.joined(separator: ", ")
    }
}
