import Statistics

extension Judge {
    /// The whole finding at one look.
    package func assess(_ inputs: JudgementInputs) -> Assessment {
        let now = inputs.at
        let start = max(inputs.rolloutStart, inputs.watchedSince ?? inputs.rolloutStart)
        let noDataSince = self.noDataSince(now, from: start)
        let checks = self.assessChecks(now, from: start, isSilent: noDataSince != nil)
        return Assessment(
            at: now,
            tick: self.tick,
            checks: checks,
            hardStop: self.plan.hardStop.map { $0.assess(inputs.recent) },
            limits: self.limits.assess(),
            sampleRatio: self.assessSampleRatio(),
            isWarmedUp: self.warmedUpAt != nil,
            canaryRequests: self.canaryRequests,
            stepRequests: self.requestsByGeneration.reduce(0) {
                $1.key >= inputs.stepGeneration ? $0 + $1.value : $0
            },
            droppedRequests: self.droppedRequests,
            noDataSince: noDataSince,
            errorSince: [self.mismatchSince, self.imbalanceSince].compactMap { $0 }.min(),
            inconclusiveSince: self.inconclusiveSince(checks),
            alpha: self.plan.alpha,
            outsideAlpha: self.outsideAlpha(checks),
            inputBalance: self.inputBalance.assessment,
            labelBalance: self.labelBalance.assessment,
            stable: self.stableGuard?.assess(breaking: self.limits.brokenByStable),
            saturation: self.saturation.assess(since: inputs.stepGeneration),
            mirrored: self.pairs.map(MirrorAssessment.init),
            rest: self.rest.map { CohortNumbers($0.tally) }
        )
    }

    /// The same with the inputs one by one; where the rollout stands is of no importance to an assessment.
    package func assess(
        now: Timestamp,
        recent: RecentEvidence,
        stepGeneration: Int64,
        rolloutStart: Timestamp,
        watchedSince: Timestamp? = nil
    ) -> Assessment {
        self.assess(
            JudgementInputs(
                at: now,
                tick: self.tick,
                recent: recent,
                stepGeneration: stepGeneration,
                rolloutStart: rolloutStart,
                watchedSince: watchedSince,
                isCatchingUp: false,
                state: .running(.pending),
                stageSince: rolloutStart
            )
        )
    }

    private func assessChecks(_ now: Timestamp, from start: Timestamp, isSilent: Bool) -> [CheckAssessment] {
        let circumstances = CheckAccumulator.Circumstances(
            now: now,
            warmedUpAt: self.warmedUpAt,
            clientsSince: self.clientsSince,
            doubt: self.mismatchSince.map { _ in "the split counted is not the split routed: see the sample ratio" },
            inputDoubt: self.imbalanceSince.map { _ in
                "the cohorts are asked different things: see the balance of inputs"
            },
            labelDoubt: self.labelBalance.isBroken
                ? "labels don't come for both cohorts alike: see the balance of labels" : nil,
            isSilent: isSilent,
            watchedSince: start,
            quietSeconds: max(self.quietSeconds, Double(3 * self.plan.intervalSeconds)),
            canary: CohortNumbers(self.canary),
            stable: CohortNumbers(self.stable)
        )
        return self.checks.map { $0.assess(circumstances) }
    }

    private func noDataSince(_ now: Timestamp, from start: Timestamp) -> Timestamp? {
        let lastSeen = max(self.lastCanaryEvidence ?? start, start)
        if now.seconds(since: lastSeen) > self.quietSeconds { return lastSeen }
        guard let drops = self.drops, now.seconds(since: drops.last) <= self.quietSeconds else { return nil }
        return drops.first
    }

    /// A proof is missing since the canary answers clients, but only where promotion asks for it; a limit is in doubt since it was exceeded.
    private func inconclusiveSince(_ checks: [CheckAssessment]) -> Timestamp? {
        let isProofMissing =
            self.plan.promotion == .nonInferiority
            && checks.contains { $0.mode == .enforced && $0.required && $0.verdict == .inconclusive }
        let doubts = [isProofMissing ? self.clientsSince : nil, self.limits.inDoubtSince].compactMap { $0 }
        return doubts.min()
    }

    private func assessSampleRatio() -> SampleRatioAssessment {
        let level = EvidenceLevel(
            logE: self.splitRatio.largestLogE,
            logThreshold: LogDomain.threshold(alpha: 1 / SampleRatioTest.freezeThreshold)
        )
        let message: String
        let verdict: Verdict
        if self.plan.assignment.isSticky {
            (verdict, message) = (.noData, "not tested: sticky keys come in clusters")
        } else if self.splitRatio.isMismatched {
            (verdict, message) = (
                .error, "the split that was counted is not the split that was routed; every comparison is suspect"
            )
        } else {
            (verdict, message) = (.pass, "the split is as routed")
        }
        return SampleRatioAssessment(
            verdict: verdict,
            message: message,
            level: level,
            canaryRequests: self.assigned.canary,
            stableRequests: self.assigned.stable
        )
    }

    /// Rules that roll back without a bounded error.
    private func outsideAlpha(_ checks: [CheckAssessment]) -> [String] {
        var rules: [String] = []
        if self.plan.hardStop != nil { rules.append("hard stop: acts on what is plain, without statistics") }
        if !self.plan.limits.isEmpty { rules.append("limits: fixed bounds, without statistics") }
        if self.plan.onError.action == .rollback {
            rules.append("sample ratio and balance of inputs: onError ends a rollout whose evidence can't be trusted")
        }
        for check in checks where check.mode == .enforced {
            if let why = check.outsideAlpha { rules.append("check '\(check.name)': \(why)") }
        }
        return rules
    }
}
