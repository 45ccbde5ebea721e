extension Comparison {
    /// - Parameter here: Where the check stands in its plan.
    func check(_ rules: inout PlanRules, at here: String, of plan: RolloutPlan) {
        switch self {
        case .errorRate(let rule), .clientAborts(let rule), .invalidOutputs(let rule): rule.check(&rules, at: here)
        case .latency(let rule):
            rules.requireRatios(harm: rule.harmRatio, promotion: rule.promotionRatio, at: here)
            rules.require(
                0...60_000,
                rule.toleranceMilliseconds,
                here + "/toleranceMilliseconds",
                "must be 0 to 60000"
            )
        case .predictionDrift(let rule): rule.check(&rules, at: here)
        case .quality(let rule): rule.check(&rules, at: here)
        case .signal(let rule):
            rules.requireRatios(harm: rule.harmRatio, promotion: rule.promotionRatio, at: here)
            rules.require(
                rule.tolerance >= 0 && rule.tolerance.isFinite,
                here + "/tolerance",
                "must be 0 or more, in the signal's own unit"
            )
        case .external(let rule): rule.check(&rules, at: here, of: plan)
        }
    }
}

extension ShareComparison {
    fileprivate func check(_ rules: inout PlanRules, at here: String) {
        rules.requireOddsRatios(harm: self.harmOddsRatio, promotion: self.promotionOddsRatio, at: here)
        rules.require(0...0.5, self.acceptableShare, here + "/acceptableShare", "must be 0 to 0.5")
        rules.require(0...1, self.minimumDifference, here + "/minimumDifference", "must be 0 to 1")
    }
}

extension DriftComparison {
    fileprivate func check(_ rules: inout PlanRules, at here: String) {
        rules.require(self.signals.count <= 64, here + "/signals", "at most 64 signals")
        rules.require(
            Set(self.signals).count == self.signals.count,
            here + "/signals",
            "the names of signals must differ"
        )
        rules.requireShare(self.classDifference, here + "/classDifference")
        rules.requireShare(self.classDistance, here + "/classDistance")
        for (name, size) in [("stabilityIndex", self.stabilityIndex), ("movement", self.movement)] {
            rules.require(size > 0 && size <= 10, here + "/" + name, "must be above 0 and at most 10")
        }
        rules.require(
            self.promotionDifference > 0 && self.promotionDifference <= 0.5,
            here + "/promotionDifference",
            "must be above 0 and at most 0.5"
        )
    }
}

extension QualityComparison {
    fileprivate func check(_ rules: inout PlanRules, at here: String) {
        if let measure, measure.needsClass {
            rules.require(
                !(self.class ?? "").isEmpty,
                here + "/class",
                "\(measure.rawValue) is about one class: name it"
            )
        } else {
            rules.require(
                self.class == nil,
                here + "/class",
                "only precision, recall, specificity and f1 are about one class"
            )
        }
        if let slice {
            let sign = slice.firstIndex(of: "=")
            rules.require(
                sign.map { $0 > slice.startIndex } ?? false,
                here + "/slice",
                "must be a signal's name, =, and its value"
            )
        }
        rules.requireOddsRatios(harm: self.harmOddsRatio, promotion: self.promotionOddsRatio, at: here)
        rules.require(0...0.5, self.acceptableShare, here + "/acceptableShare", "must be 0 to 0.5")
        rules.require(
            self.minimumDifference >= 0 && self.minimumDifference.isFinite,
            here + "/minimumDifference",
            "must be 0 or more"
        )
        if let promotionMargin {
            rules.require(
                promotionMargin > 0 && promotionMargin.isFinite,
                here + "/promotionMargin",
                "must be above 0, in the unit of the measure"
            )
        }
        rules.require(50...10_000_000, self.minimumLabels, here + "/minimumLabels", "must be 50 to 10000000")
    }
}

extension ExternalComparison {
    fileprivate func check(_ rules: inout PlanRules, at here: String, of plan: RolloutPlan) {
        self.source.check(&rules, at: here + "/source", isRelative: self.maximumRatio != nil)
        rules.require(
            self.above != nil || self.below != nil || self.maximumRatio != nil,
            here,
            "needs a bound: above, below or maximumRatio"
        )
        for (name, bound) in [("above", self.above), ("below", self.below)] {
            rules.require(bound?.isFinite ?? true, here + "/" + name, "must be a finite number")
        }
        if let above, let below {
            rules.require(below < above, here + "/below", "must be less than above: nothing lies outside both")
        }
        switch self.direction {
        case .higher: rules.require(self.below == nil, here + "/below", "contradicts the direction higher")
        case .lower: rules.require(self.above == nil, here + "/above", "contradicts the direction lower")
        case .either: break
        }
        if let maximumRatio {
            rules.require(
                maximumRatio > 1 && maximumRatio.isFinite,
                here + "/maximumRatio",
                "must be above 1: a factor by which the canary may be worse"
            )
        }
        rules.require(1...1_000, self.of, here + "/of", "must be 1 to 1000 intervals")
        rules.require(1...max(1, self.of), self.breaches, here + "/breaches", "must be 1 to of (\(self.of))")
        if let forSeconds { rules.requireStretch(forSeconds, here + "/forSeconds", of: plan) }
    }
}

extension ExternalSource {
    fileprivate func check(_ rules: inout PlanRules, at here: String, isRelative: Bool) {
        switch self {
        case .prometheus(let url, let query):
            rules.requireURL(url, here + "/prometheus/url")
            rules.require(
                !query.isEmpty && query.utf8.count <= 4_096,
                here + "/prometheus/query",
                "must be 1 to 4096 bytes"
            )
            let tellsApart = query.contains("$version") || query.contains("$cohort")
            rules.require(
                tellsApart || !isRelative,
                here + "/prometheus/query",
                "must name $version or $cohort: a ratio to stable needs a number of each"
            )
        case .webhook(let url): rules.requireURL(url, here + "/webhook/url")
        }
    }
}

extension PlanRules {
    fileprivate mutating func requireOddsRatios(harm: Double, promotion: Double, at here: String) {
        self.require(1...10, harm, here + "/harmOddsRatio", "must be 1 to 10")
        self.require(
            promotion > harm && promotion <= 20,
            here + "/promotionOddsRatio",
            "must be above harmOddsRatio and at most 20"
        )
    }

    fileprivate mutating func requireRatios(harm: Double, promotion: Double, at here: String) {
        self.require(1...10, harm, here + "/harmRatio", "must be 1 to 10")
        self.require(
            promotion >= harm && promotion <= 20,
            here + "/promotionRatio",
            "must be at least harmRatio and at most 20"
        )
    }

    fileprivate mutating func requireURL(_ text: String, _ pointer: String) {
        let hasScheme = text.hasPrefix("http://") || text.hasPrefix("https://")
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        self.require(
            hasScheme && isPlain && text.utf8.count <= 2_048,
            pointer,
            "must be an http or https address of at most 2048 bytes"
        )
    }
}
