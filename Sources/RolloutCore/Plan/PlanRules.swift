extension RolloutPlan {
    /// Every complaint about this plan, in the order of its fields; empty when it can be used.
    package func complaints() -> [InvalidValue] {
        var rules = PlanRules()
        rules.require(!self.steps.isEmpty, "/steps", "a plan needs at least one step")
        self.checkSteps(&rules)
        self.checkTimes(&rules)
        rules.require(0.0001...0.2, self.alpha, "/alpha", "must be 0.0001 to 0.2")
        rules.require(0.0001...0.2, self.promotionAlpha, "/promotionAlpha", "must be 0.0001 to 0.2")
        self.checkChecks(&rules)
        self.checkGuards(&rules)
        self.checkLimits(&rules)
        for (name, policy) in [
            ("onNoData", self.onNoData), ("onError", self.onError), ("onInconclusive", self.onInconclusive),
        ] {
            rules.require(0...7_776_000, policy.afterSeconds, "/\(name)/afterSeconds", "must be 0 to 7776000")
        }
        switch self.assignment {
        case .perRequest: break
        case .header(let name): rules.require(name.isToken, "/assignment/header", "must be a header name")
        case .cookie(let name): rules.require(name.isToken, "/assignment/cookie", "must be a cookie name")
        }
        self.rescue?.check(&rules)
        return rules.complaints
    }

    private func checkSteps(_ rules: inout PlanRules) {
        rules.require(self.steps.count <= 50, "/steps", "a plan has at most 50 steps")
        for (index, step) in self.steps.enumerated() {
            let here = "/steps/\(index)"
            let isShadow = index == 0 && step.mirror != nil && step.isShadow
            rules.require(
                isShadow || step.weight > .zero && step.weight < .full,
                here + "/weight",
                "a step's weight is 1 to 9999 basis points, or 0 for a first step that mirrors; "
                    + "the last step is followed by all traffic"
            )
            if index > 0 {
                rules.require(
                    step.weight > self.steps[index - 1].weight,
                    here + "/weight",
                    "weights must grow from step to step"
                )
                rules.require(step.mirror == nil, here + "/mirror", "only the first step may mirror requests")
            }
            rules.require(step.mirror != .zero, here + "/mirror", "must be 1 to 10000 basis points")
            rules.require(
                !self.baseline || step.weight.basisPoints <= 5_000,
                here + "/weight",
                "a baseline as large as the canary has no room beside a weight above 5000: "
                    + "lower the weight, or leave out baseline"
            )
        }
        rules.require(
            self.steps.count != 1 || self.steps.first?.isShadow != true || self.steps.first?.mirror == nil,
            "/steps",
            "a step that only mirrors is followed by one with a weight: a canary that never answered a client is not promoted"
        )
    }

    private func checkTimes(_ rules: inout PlanRules) {
        rules.require(1...3_600, self.intervalSeconds, "/intervalSeconds", "must be 1 to 3600")
        rules.require(0...2_592_000, self.bakeSeconds, "/bakeSeconds", "must be 0 to 2592000 (30 days)")
        rules.require(
            self.minimumRequests >= 1,
            "/minimumRequests",
            "must be at least 1: a version without traffic is never promoted"
        )
        rules.require(1...7_776_000, self.deadlineSeconds, "/deadlineSeconds", "must be 1 to 7776000 (90 days)")
        rules.require(0...86_400, self.warmUp.seconds, "/warmUp/seconds", "must be 0 to 86400")
        rules.require(self.warmUp.requests >= 0, "/warmUp/requests", "must be 0 or more")
        guard (0...2_592_000).contains(self.bakeSeconds), (0...86_400).contains(self.warmUp.seconds) else { return }
        let least = self.warmUp.seconds + self.bakeSeconds * max(1, self.steps.count)
        rules.require(
            least < self.deadlineSeconds,
            "/deadlineSeconds",
            "the plan cannot end: warm-up and bake time of all steps take at least \(least) s, "
                + "the deadline is \(self.deadlineSeconds) s"
        )
    }

    private func checkChecks(_ rules: inout PlanRules) {
        let enforced = self.checks.filter { $0.mode == .enforced }
        rules.require(
            !enforced.isEmpty,
            "/checks",
            "a plan needs at least one enforced check, else nothing guards the canary's clients"
        )
        if self.promotion == .nonInferiority {
            rules.require(
                enforced.contains { $0.required },
                "/checks",
                "promotion by nonInferiority needs at least one required, enforced check"
            )
        }
        rules.require(self.checks.count <= 50, "/checks", "a plan has at most 50 checks")
        rules.require(
            Set(self.checks.map(\.name)).count == self.checks.count,
            "/checks",
            "the names of checks must differ"
        )
        for (index, check) in self.checks.enumerated() {
            let here = "/checks/\(index)"
            rules.require(
                check.name.isToken && check.name.utf8.count <= 63,
                here + "/name",
                "must be 1 to 63 of A-Z a-z 0-9 . _ -"
            )
            rules.require(
                check.weight >= 0.001 && check.weight <= 1_000,
                here + "/weight",
                "must be 0.001 to 1000"
            )
            rules.require(
                check.onNoData != .rollback || self.onNoData.afterSeconds > 0,
                here + "/onNoData",
                "rollback needs the plan's onNoData.afterSeconds above 0: how long the check may lack data, such as 600"
            )
            check.comparison.check(&rules, at: here, of: self)
        }
    }

    private func checkGuards(_ rules: inout PlanRules) {
        if let stop = self.hardStop {
            rules.requireShare(stop.errorShare, "/hardStop/errorShare")
            rules.require(stop.requests >= 1, "/hardStop/requests", "must be at least 1")
            rules.require(1...3_600, stop.withinSeconds, "/hardStop/withinSeconds", "must be 1 to 3600")
            rules.require(stop.connectFailures >= 1, "/hardStop/connectFailures", "must be at least 1")
        }
        if let rule = self.stableGuard {
            rules.requireShare(rule.errorShare, "/stableGuard/errorShare")
            rules.require(rule.requests >= 1, "/stableGuard/requests", "must be at least 1")
            rules.require(1...3_600, rule.withinSeconds, "/stableGuard/withinSeconds", "must be 1 to 3600")
            rules.require(0...2_592_000, rule.holdSeconds, "/stableGuard/holdSeconds", "must be 0 to 2592000 (30 days)")
        }
    }

    private func checkLimits(_ rules: inout PlanRules) {
        rules.require(self.limits.count <= 50, "/limits", "a plan has at most 50 limits")
        for (index, limit) in self.limits.enumerated() {
            let here = "/limits/\(index)"
            rules.require(
                limit.above > 0 && limit.above.isFinite,
                here + "/above",
                "must be above 0, in \(limit.metric.unit)"
            )
            if limit.metric == .errorRate {
                rules.require(limit.above < 1, here + "/above", "is a share and must be below 1")
            }
            rules.requireStretch(limit.forSeconds, here + "/forSeconds", of: self)
            rules.require(limit.minimumRequests >= 1, here + "/minimumRequests", "must be at least 1")
            if let breaches = limit.breaches, (1...3_600).contains(self.intervalSeconds) {
                let intervals = max(1, limit.intervals(of: self))
                rules.require(
                    1...intervals,
                    breaches,
                    here + "/breaches",
                    "must be 1 to the intervals of the stretch (\(intervals))"
                )
            }
        }
    }
}

/// Collects complaints.
struct PlanRules {
    private(set) var complaints: [InvalidValue] = []

    mutating func require(_ holds: Bool, _ pointer: String, _ message: String) {
        if !holds { self.complaints.append(InvalidValue(message, at: pointer)) }
    }

    mutating func require<Value>(
        _ range: ClosedRange<Value>,
        _ value: Value,
        _ pointer: String,
        _ message: String
    ) {
        self.require(range.contains(value), pointer, message)
    }

    /// Above 0, at most 1.
    mutating func requireShare(_ share: Double, _ pointer: String) {
        self.require(share > 0 && share <= 1, pointer, "must be above 0 and at most 1")
    }

    mutating func requireStretch(_ seconds: Int, _ pointer: String, of plan: RolloutPlan) {
        self.require(
            seconds >= plan.intervalSeconds && seconds / 1_000 <= plan.intervalSeconds,
            pointer,
            "must be the plan's interval (\(plan.intervalSeconds) s) to 1000 of them"
        )
    }
}

extension String {
    /// 1…128 of the characters that names of headers and checks are made of.
    fileprivate var isToken: Bool {
        !self.isEmpty && self.utf8.count <= 128
            && self.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}
