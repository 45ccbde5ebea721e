import Statistics

extension DiagnosisEvidence {
    // MARK: Outcomes

    /// Which class of failure rose, and where it comes from.
    func failures() -> [Cause] {
        let errors = { (tally: CohortTally) in tally.outcomes.errors }
        let judged = { (tally: CohortTally) in tally.outcomes.judged }
        let whole = Onset(self.pairs(errors, of: judged))
        let excess = self.excess(errors, of: judged)
        let classes: [(Outcome, Cause.Kind, String)] = [
            (.serverError, .serverErrors, "server errors (status 500 and above)"),
            (.timeout, .timeouts, "timeouts"),
            (.connectFailure, .connectFailures, "requests without a connection"),
            (.upstreamFailure, .brokenAnswers, "broken answers"),
        ]
        let risen = classes.compactMap { outcome, kind, words in
            self.rise(kind, words, excess: excess, { $0.outcomes[outcome] }, of: judged)
        }
        return risen + self.upstreams()
            + [self.world("share of failures", since: whole?.since, errors, of: judged)].compactMap { $0 }
    }

    func clientAborts() -> [Cause] {
        let aborted = { (tally: CohortTally) in tally.outcomes[.clientAborted] }
        let asked = { (tally: CohortTally) in tally.outcomes.asked }
        let risen = self.rise(.clientAborts, "requests given up by their clients", excess: nil, aborted, of: asked)
        let world = self.world("share of requests given up", since: risen?.since, aborted, of: asked)
        return [risen, world].compactMap { $0 }
    }

    /// Answers that don't parse; and the signal that is missing most.
    func unreadableAnswers() -> [Cause] {
        let malformed = { (tally: CohortTally) in
            min(tally.detail.payloads.malformedResponses, tally.detail.payloads.inspected)
        }
        let inspected = { (tally: CohortTally) in tally.detail.payloads.inspected }
        let answers = self.rise(.unreadableAnswers, "answers that can't be read", excess: nil, malformed, of: inspected)
        let names = self.canary.detail.signals.filter { $0.value.role == .prediction || $0.value.role == .confidence }
            .keys
        let missing = names.sorted().compactMap { name in
            self.rise(
                .unreadableAnswers,
                "rows without a usable '\(name)'",
                subject: name.text,
                excess: nil,
                { ($0.detail.signals[name]?.missing ?? 0) + ($0.detail.signals[name]?.mistyped ?? 0) },
                of: { $0.detail.signals[name]?.rows ?? 0 }
            )
        }
        return [answers].compactMap { $0 } + missing
    }

    /// - Parameter excess: Failures beyond stable's share in all, of which a part is told.
    private func rise(
        _ kind: Cause.Kind,
        _ words: String,
        subject: String? = nil,
        excess: Double?,
        _ bad: (CohortTally) -> Int64,
        of units: (CohortTally) -> Int64
    ) -> Cause? {
        let pairs = self.pairs(bad, of: units)
        let own = self.excess(bad, of: units)
        guard own > 0, let onset = Onset(pairs), onset.strength >= LogDomain.threshold(alpha: Self.alpha) else {
            return nil
        }
        let (canary, stable) = (
            CauseNumbers(bad: bad(self.canary), units: units(self.canary)),
            CauseNumbers(bad: bad(self.stable), units: units(self.stable))
        )
        let part = excess.flatMap { $0 > 0 ? "; \(min(1, own / $0).percent) of all additional failures" : nil } ?? ""
        return Cause(
            kind,
            "\(words) rose: \(canary.inWords) beside stable's \(stable.inWords)\(part)\(Self.course(onset))",
            subject: subject,
            strength: onset.strength,
            canary: canary,
            stable: stable,
            onset: onset
        )
    }

    /// Bad units of the canary beyond what stable's share of each interval would make.
    private func excess(_ bad: (CohortTally) -> Int64, of units: (CohortTally) -> Int64) -> Double {
        self.pairs(bad, of: units).reduce(0) { sum, entry in
            guard entry.pair.n0 > 0 else { return sum }
            return sum + Double(entry.pair.x1) - Double(entry.pair.n1) * Double(entry.pair.x0) / Double(entry.pair.n0)
        }
    }

    // MARK: Upstreams

    /// An upstream with more of the canary's failures than of its requests.
    private func upstreams() -> [Cause] {
        let upstreams = self.canary.detail.upstreams
        let (failures, requests) = upstreams.values.reduce((Int64(0), Int64(0))) {
            ($0.0 + $1.errors, $0.1 + $1.judged)
        }
        guard upstreams.count > 1, failures >= 5 else { return [] }
        return upstreams.sorted { $0.key < $1.key }.compactMap { url, outcomes in
            let share = Double(outcomes.judged) / Double(requests)
            let part = Double(outcomes.errors) / Double(failures)
            let pValue = BinomialTail.upper(successes: outcomes.errors, trials: failures, share: share)
            guard part >= 1.5 * share, pValue * Double(upstreams.count) <= Self.alpha else { return nil }
            return Cause(
                .upstream,
                "\(outcomes.errors) of the canary's \(failures) failures (\(part.percent)) came from \(url), which got \(share.percent) of "
                    + "its requests",
                subject: url,
                strength: LogDomain.surprise(pValue),
                canary: CauseNumbers(bad: outcomes.errors, units: outcomes.judged),
                stable: CauseNumbers(bad: failures - outcomes.errors, units: requests - outcomes.judged)
            )
        }
    }

    // MARK: Latency

    /// Which part of the latency grew.
    func latencyParts() -> [Cause] {
        let parts: [(Cause.Kind, String, (LatencyParts) -> Int64)] = [
            (.connectTime, "waiting for a connection", { $0.connect }),
            (.firstByteTime, "the time to the first byte", { $0.firstByte }),
            (.transferTime, "the transfer of the answer", { $0.transfer }),
        ]
        let differences = parts.map { self.difference($0.2) }
        let total = differences.reduce(0) { $0 + max(0, $1?.mean ?? 0) }
        let slower = zip(parts, differences).compactMap { part, difference -> Cause? in
            guard let difference, difference.mean > 0, total > 0, difference.score >= 3, difference.mean >= 0.1 * total
            else { return nil }
            let (canary, stable) = (
                self.meanMilliseconds(self.canary, part.2), self.meanMilliseconds(self.stable, part.2)
            )
            return Cause(
                part.0,
                "\(part.1) grew by \(difference.mean.short) ms: \(canary.short) ms beside stable's \(stable.short) ms; "
                    + "\((difference.mean / total).percent) of what was added",
                // The tail of the normal distribution, to leading order.
                strength: difference.score * difference.score / 2,
                canary: CauseNumbers(mean: canary, units: self.canary.detail.latencyParts.requests),
                stable: CauseNumbers(mean: stable, units: self.stable.detail.latencyParts.requests),
                onset: self.slowOnset
            )
        }
        return slower + [self.slowWorld].compactMap { $0 }
    }

    /// Requests beyond stable's p90 of all: slow, for onset and world.
    private var slowBucket: Int? {
        LatencyExceedance(priorStable: self.stable.latency, quantiles: [0.9], shift: 0)?.thresholdBuckets.first
    }

    private var slowOnset: Onset? {
        self.slowBucket.flatMap { bucket in
            Onset(self.pairs({ $0.latency.count(above: bucket) }, of: { $0.latency.count }))
        }
    }

    private var slowWorld: Cause? {
        self.slowBucket.flatMap { bucket in
            self.world(
                "share of slow requests",
                since: self.slowOnset?.since,
                { $0.latency.count(above: bucket) },
                of: { $0.latency.count }
            )
        }
    }

    private func meanMilliseconds(_ tally: CohortTally, _ part: (LatencyParts) -> Int64) -> Double {
        let parts = tally.detail.latencyParts
        return parts.requests > 0 ? Double(part(parts)) / Double(parts.requests) / 1_000 : 0
    }

    /// Canary less stable in milliseconds, weighted n1·n0/(n1+n0) an interval, and in standard errors taken from how intervals differ.
    private func difference(_ part: (LatencyParts) -> Int64) -> (mean: Double, score: Double)? {
        var (sum, weights, squares): (Double, Double, [(Double, Double)]) = (0, 0, [])
        for stratum in self.strata {
            let (canary, stable) = (stratum.canary.detail.latencyParts, stratum.stable.detail.latencyParts)
            guard canary.requests > 0, stable.requests > 0 else { continue }
            let (n1, n0) = (Double(canary.requests), Double(stable.requests))
            let difference = (Double(part(canary)) / n1 - Double(part(stable)) / n0) / 1_000
            let weight = n1 * n0 / (n1 + n0)
            sum += weight * difference
            weights += weight
            squares.append((weight, difference))
        }
        guard squares.count > 4, weights > 0 else { return nil }
        let mean = sum / weights
        let variance = squares.reduce(0) { $0 + $1.0 * $1.0 * ($1.1 - mean) * ($1.1 - mean) } / (weights * weights)
        return (mean, variance > 0 ? mean / variance.squareRoot() : mean == 0 ? 0 : 38)
    }
}
