import Statistics

/// The evidence of one check: a fold over strata, nothing else.
struct CheckAccumulator: Equatable, Sendable {
    let check: Check
    private var evidence: Evidence
    /// The newest route generation, and so the step, that the proof for promotion is about.
    private var provenGeneration = Int64.min
    /// Judged canary requests in the proof.
    private(set) var provenRequests: Int64 = 0

    private enum Evidence: Equatable, Sendable {
        case errorRate(ShareEvidence)
        case clientAborts(ShareEvidence)
        case latency(LatencyEvidence)
    }

    /// - Parameter horizon: Strata planned until the deadline; a loss may begin at any of them.
    init(_ check: Check, horizon: Int, tempering: Tempering) {
        self.check = check
        switch check.comparison {
        case .errorRate(let rule):
            self.evidence = .errorRate(ShareEvidence(rule, horizon: horizon, tempering: tempering))
        case .clientAborts(let rule):
            self.evidence = .clientAborts(ShareEvidence(rule, horizon: horizon, tempering: tempering))
        case .latency(let rule): self.evidence = .latency(LatencyEvidence(rule, horizon: horizon, tempering: tempering))
        }
    }

    /// - Parameter history: Stable's latencies of all earlier strata, warm-up included.
    mutating func fold(_ stratum: EvidenceStratum, history: LatencyHistogram) {
        if stratum.generation > self.provenGeneration {
            self.provenGeneration = stratum.generation
            self.restartProof()
        }
        let proves = stratum.generation == self.provenGeneration
        if proves { self.provenRequests += stratum.canary.outcomes.judged }
        let (canary, stable) = (stratum.canary.outcomes, stratum.stable.outcomes)
        switch self.evidence {
        case .errorRate(var shares):
            if let pair = try? Stratum(x1: canary.errors, n1: canary.judged, x0: stable.errors, n0: stable.judged) {
                shares.fold(pair, proves: proves)
            }
            self.evidence = .errorRate(shares)
        case .clientAborts(var shares):
            let (x1, x0) = (canary[.clientAborted], stable[.clientAborted])
            if let pair = try? Stratum(x1: x1, n1: canary.asked, x0: x0, n0: stable.asked) {
                shares.fold(pair, proves: proves)
            }
            self.evidence = .clientAborts(shares)
        case .latency(var latency):
            latency.fold(
                canary: stratum.canary.latency,
                stable: stratum.stable.latency,
                history: history,
                proves: proves
            )
            self.evidence = .latency(latency)
        }
    }

    private mutating func restartProof() {
        self.provenRequests = 0
        switch self.evidence {
        case .errorRate(var shares):
            shares.restartProof()
            self.evidence = .errorRate(shares)
        case .clientAborts(var shares):
            shares.restartProof()
            self.evidence = .clientAborts(shares)
        case .latency(var latency):
            latency.restartProof()
            self.evidence = .latency(latency)
        }
    }

    /// The largest ln E against "no harm" at any look, at least 0.
    var harmLogE: Double {
        switch self.evidence {
        case .errorRate(let shares), .clientAborts(let shares): shares.harmLogE
        case .latency(let latency): latency.harmLogE
        }
    }

    /// ln E against "worse than the margin" now, at least 0: a proof that was had and lost again is none.
    var promotionLogE: Double {
        switch self.evidence {
        case .errorRate(let shares), .clientAborts(let shares): max(0, shares.promotionLogE)
        case .latency(let latency): max(0, latency.promotionLogE)
        }
    }

    /// Whether any stratum could be judged.
    var hasEvidence: Bool {
        switch self.evidence {
        case .errorRate, .clientAborts: true
        case .latency(let latency): latency.hasEvidence
        }
    }

    /// Whether a proven loss is large enough to act on; the ratio and the tolerance of latency are part of its null itself.
    var isLossLargeEnough: Bool {
        switch self.evidence {
        case .errorRate(let shares), .clientAborts(let shares): shares.isLossLargeEnough
        case .latency: true
        }
    }

    var effect: Effect? {
        switch self.evidence {
        case .errorRate(let shares), .clientAborts(let shares): shares.effect
        case .latency: nil
        }
    }
}
