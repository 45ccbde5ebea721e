extension RolloutPlan {
    /// Every complaint about this plan, in the order of its fields; empty when it can be used.
    package func complaints() -> [InvalidValue] {
        var found: [InvalidValue] = []
        func require(_ holds: Bool, _ pointer: String, _ message: String) {
            if !holds { found.append(InvalidValue(message, at: pointer)) }
        }
        require(!self.steps.isEmpty, "/steps", "a plan needs at least one step")
        for (index, step) in self.steps.enumerated() {
            require(
                step.weight > .zero && step.weight < .full,
                "/steps/\(index)/weight",
                "a step's weight is 1 to 9999 basis points; the last step is followed by all traffic"
            )
            if index > 0 {
                require(
                    step.weight > self.steps[index - 1].weight,
                    "/steps/\(index)/weight",
                    "weights must grow from step to step"
                )
            }
        }
        require(self.steps.count <= 50, "/steps", "a plan has at most 50 steps")
        require((1...3_600).contains(self.intervalSeconds), "/intervalSeconds", "must be 1 to 3600")
        require((0...2_592_000).contains(self.bakeSeconds), "/bakeSeconds", "must be 0 to 2592000 (30 days)")
        require(
            self.minimumRequests >= 1,
            "/minimumRequests",
            "must be at least 1: a version without traffic is never promoted"
        )
        require((1...7_776_000).contains(self.deadlineSeconds), "/deadlineSeconds", "must be 1 to 7776000 (90 days)")
        require((0...86_400).contains(self.warmUp.seconds), "/warmUp/seconds", "must be 0 to 86400")
        require(self.warmUp.requests >= 0, "/warmUp/requests", "must be 0 or more")
        if (0...2_592_000).contains(self.bakeSeconds), (0...86_400).contains(self.warmUp.seconds) {
            let least = self.warmUp.seconds + self.bakeSeconds * max(1, self.steps.count)
            require(
                least < self.deadlineSeconds,
                "/deadlineSeconds",
                "the plan cannot end: warm-up and bake time of all steps take at least \(least) s, "
                    + "the deadline is \(self.deadlineSeconds) s"
            )
        }
        require((0.0001...0.2).contains(self.alpha), "/alpha", "must be 0.0001 to 0.2")
        require((0.0001...0.2).contains(self.promotionAlpha), "/promotionAlpha", "must be 0.0001 to 0.2")
        found += self.checkComplaints() + self.limitComplaints()
        for (name, policy) in [
            ("onNoData", self.onNoData), ("onError", self.onError), ("onInconclusive", self.onInconclusive),
        ] {
            require((0...7_776_000).contains(policy.afterSeconds), "/\(name)/afterSeconds", "must be 0 to 7776000")
        }
        switch self.assignment {
        case .perRequest: break
        case .header(let name): require(isToken(name), "/assignment/header", "must be a header name")
        case .cookie(let name): require(isToken(name), "/assignment/cookie", "must be a cookie name")
        }
        return found
    }

    private func checkComplaints() -> [InvalidValue] {
        var found: [InvalidValue] = []
        func require(_ holds: Bool, _ pointer: String, _ message: String) {
            if !holds { found.append(InvalidValue(message, at: pointer)) }
        }
        let enforced = self.checks.filter { $0.mode == .enforced }
        require(
            !enforced.isEmpty,
            "/checks",
            "a plan needs at least one enforced check, else nothing guards the canary's clients"
        )
        if self.promotion == .nonInferiority {
            require(
                enforced.contains { $0.required },
                "/checks",
                "promotion by nonInferiority needs at least one required, enforced check"
            )
        }
        require(self.checks.count <= 50, "/checks", "a plan has at most 50 checks")
        require(Set(self.checks.map(\.name)).count == self.checks.count, "/checks", "the names of checks must differ")
        for (index, check) in self.checks.enumerated() {
            let here = "/checks/\(index)"
            require(
                isToken(check.name) && check.name.utf8.count <= 63,
                here + "/name",
                "must be 1 to 63 of A-Z a-z 0-9 . _ -"
            )
            require(check.weight > 0 && check.weight <= 1_000, here + "/weight", "must be above 0 and at most 1000")
            switch check.comparison {
            case .errorRate(let rule), .clientAborts(let rule):
                require((1...10).contains(rule.harmOddsRatio), here + "/harmOddsRatio", "must be 1 to 10")
                require(
                    rule.promotionOddsRatio > rule.harmOddsRatio && rule.promotionOddsRatio <= 20,
                    here + "/promotionOddsRatio",
                    "must be above harmOddsRatio and at most 20"
                )
                require((0...0.5).contains(rule.acceptableShare), here + "/acceptableShare", "must be 0 to 0.5")
                require((0...1).contains(rule.minimumDifference), here + "/minimumDifference", "must be 0 to 1")
            case .latency(let rule):
                require((1...10).contains(rule.harmRatio), here + "/harmRatio", "must be 1 to 10")
                require(
                    rule.promotionRatio >= rule.harmRatio && rule.promotionRatio <= 20,
                    here + "/promotionRatio",
                    "must be at least harmRatio and at most 20"
                )
                require(
                    (0...60_000).contains(rule.toleranceMilliseconds),
                    here + "/toleranceMilliseconds",
                    "must be 0 to 60000"
                )
            }
        }
        return found
    }

    private func limitComplaints() -> [InvalidValue] {
        var found: [InvalidValue] = []
        func require(_ holds: Bool, _ pointer: String, _ message: String) {
            if !holds { found.append(InvalidValue(message, at: pointer)) }
        }
        if let stop = self.hardStop {
            require(
                stop.errorShare > 0 && stop.errorShare <= 1,
                "/hardStop/errorShare",
                "must be above 0 and at most 1"
            )
            require(stop.requests >= 1, "/hardStop/requests", "must be at least 1")
            require((1...3_600).contains(stop.withinSeconds), "/hardStop/withinSeconds", "must be 1 to 3600")
            require(stop.connectFailures >= 1, "/hardStop/connectFailures", "must be at least 1")
        }
        require(self.limits.count <= 50, "/limits", "a plan has at most 50 limits")
        for (index, limit) in self.limits.enumerated() {
            let here = "/limits/\(index)"
            require(
                limit.above > 0 && limit.above.isFinite,
                here + "/above",
                "must be above 0, in \(limit.metric.unit)"
            )
            if limit.metric == .errorRate {
                require(limit.above < 1, here + "/above", "is a share and must be below 1")
            }
            require(
                limit.forSeconds >= self.intervalSeconds && limit.forSeconds / 1_000 <= self.intervalSeconds,
                here + "/forSeconds",
                "must be the plan's interval (\(self.intervalSeconds) s) to 1000 of them"
            )
            require(limit.minimumRequests >= 1, here + "/minimumRequests", "must be at least 1")
        }
        return found
    }
}

private func isToken(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 128
        && text.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
}
