import Statistics

/// The likeliest causes of what a rollout's checks found, in plain words and with their numbers.
///
/// It reads the evidence that is there; it doesn't decide anything. Its tests are for one look each.
package struct Diagnosis: Hashable, Sendable, Codable {
    /// Likeliest first; empty when nothing is suspicious, or nothing stands out.
    package let causes: [Cause]

    /// One sentence a cause.
    package var sentences: [String] { self.causes.map(\.sentence) }

    package static let none = Diagnosis(causes: [])

    private init(causes: [Cause]) { self.causes = causes }

    /// - Parameters:
    ///   - strata: Of one rollout, in any order; those of the warm-up can be left out.
    ///   - suspicious: Metrics of checks that failed, or are about to: `errorRate`, `clientAborts`, `latency`, `invalidOutputs`,
    ///     `predictionDrift`, `quality`, `signal`. Others are left aside.
    package init(strata: [EvidenceStratum], suspicious: Set<String>) {
        let evidence = DiagnosisEvidence(strata)
        var causes: [Cause] = []
        if suspicious.contains("errorRate") { causes += evidence.failures() }
        if suspicious.contains("clientAborts") { causes += evidence.clientAborts() }
        if suspicious.contains("latency") { causes += evidence.latencyParts() }
        if suspicious.contains("invalidOutputs") { causes += evidence.unreadableAnswers() }
        if suspicious.contains("predictionDrift") || suspicious.contains("signal") { causes += evidence.signals() }
        if suspicious.contains("quality") { causes += evidence.quality() }
        self.causes = causes.sorted { a, b in
            (a.kind == .world ? 0 : 1, b.strength, a.sentence) < (b.kind == .world ? 0 : 1, a.strength, b.sentence)
        }
    }
}
