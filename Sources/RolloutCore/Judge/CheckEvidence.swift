/// The evidence of one kind of check: a fold over what was observed, and what it comes to.
///
/// Each kind takes in what it is made of (traffic, labels or readings of other systems) and lets the rest pass.
protocol CheckEvidence: Sendable {
    /// Takes in what both cohorts did in one stratum after the warm-up.
    mutating func fold(_ traffic: JudgedStratum)
    /// Takes in the labels that came for both cohorts' predictions under one generation.
    mutating func fold(_ labels: LabelStratum)
    /// Takes in what another system told of one interval.
    mutating func fold(_ reading: ExternalReading, of interval: Timestamp)
    /// Takes note of stable's side of a stratum, warm-up included, after it was judged: thresholds come from the past only.
    mutating func remember(_ stable: CohortTally)
    /// What was shown at one weight need not hold at the next.
    mutating func restartProof()
    /// Canary units of all so far.
    var canaryUnits: Int64 { get }
    /// Whether mirrored requests are evidence, too.
    var judgesPairs: Bool { get }
    /// What all of it comes to, now.
    var finding: EvidenceFinding { get }
}

extension CheckEvidence {
    mutating func fold(_ traffic: JudgedStratum) {}
    mutating func fold(_ labels: LabelStratum) {}
    mutating func fold(_ reading: ExternalReading, of interval: Timestamp) {}
    mutating func remember(_ stable: CohortTally) {}
    mutating func restartProof() {}
    var judgesPairs: Bool { false }
}
