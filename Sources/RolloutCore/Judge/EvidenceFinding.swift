/// What the evidence of one check comes to at one look.
struct EvidenceFinding: Sendable {
    /// The largest ln E against "no harm" at any look, at least 0.
    var harmLogE = 0.0
    /// ln E against "worse than the margin" now: a proof that was had and lost again is none.
    var promotionLogE = 0.0
    /// Whether a proven loss is large enough to act on.
    var isLossLargeEnough = true
    /// What a proven loss is, in one sentence.
    var loss: String
    var measurement: Measurement
    /// Canary units in the proof.
    var provenUnits: Int64
    var effect: Effect?
    /// Why nothing can be judged; nil when something can.
    var missing: String?
    /// What promotion needs beside the proof; nil when nothing is.
    var lacking: String?
    /// Why the evidence has no certified bound; nil when it has one.
    var outsideAlpha: String?
    var signals: [SignalMovement]?
    var slices: [SliceMeasurement]?
    /// The verdict of a rule that is no statistics, in place of one by E.
    var rule: (verdict: Verdict, message: String)?
    /// The end of the newest interval of which another system told a number; nil for every other kind of evidence.
    var newestReading: Timestamp?
}
