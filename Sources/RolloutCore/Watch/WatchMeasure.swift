import Statistics

/// How a minute's tally answers the questions of a subject.
enum WatchMeasure: Hashable, Sendable, Codable {
    case errors
    case clientAborts
    /// Requests in latency buckets beyond these.
    case latency(beyond: [Int])
    case invalidOutputs
    case missing(SignalName)
    case mistyped(SignalName)
    /// Rows that a constraint of the baseline doesn't allow.
    case demand(SignalName, SignalConstraint, ConstraintViolation.Kind, ConstraintTolerance)
    case distribution(SignalName, SignalBuckets)
    case accuracy
    /// Labelled rows whose error lies in buckets of `ValueGrid.number` beyond these.
    case absoluteError(beyond: [Int32])
    /// Labels of these classes, and of others.
    case labels([String])

    /// One count a question; all without units when the tally says nothing on the matter.
    func counts(in tally: CohortTally) -> [ShareCount] {
        let (outcomes, detail) = (tally.outcomes, tally.detail)
        switch self {
        case .errors: return [ShareCount(bad: outcomes.errors, units: outcomes.judged)]
        case .clientAborts: return [ShareCount(bad: outcomes[.clientAborted], units: outcomes.asked)]
        case .latency(let buckets):
            return buckets.map { ShareCount(bad: tally.latency.count(above: $0), units: tally.latency.count) }
        case .invalidOutputs:
            let payloads = detail.payloads
            return [ShareCount(bad: min(payloads.malformedResponses, payloads.inspected), units: payloads.inspected)]
        case .missing(let name):
            guard let signal = detail.signals[name] else { return [ShareCount()] }
            return [ShareCount(bad: signal.missing, units: signal.rows)]
        case .mistyped(let name):
            guard let signal = detail.signals[name] else { return [ShareCount()] }
            return [ShareCount(bad: signal.mistyped, units: signal.present + signal.mistyped)]
        case .demand(let name, let constraint, let kind, let tolerance):
            guard let signal = detail.signals[name] else { return [ShareCount()] }
            let demand = ConstraintDemand.all(of: signal, constraint, tolerance).first { $0.kind == kind }
            return [ShareCount(bad: demand?.affectedRows ?? 0, units: demand?.rows ?? 0)]
        case .distribution(let name, let buckets):
            let counts = detail.signals[name].flatMap { buckets.counts(of: $0.values) }
            return buckets.questionCounts(counts ?? Array(repeating: 0, count: buckets.count))
        case .accuracy:
            let quality = detail.quality.overall
            let rows = quality.confusion.values.reduce(0, +)
            let right = quality.confusion.reduce(0) { $1.key.isRight ? $0 + $1.value : $0 }
            return [ShareCount(bad: rows - right, units: rows)]
        case .absoluteError(let buckets):
            let errors = detail.quality.overall.absoluteErrors
            return buckets.map { ShareCount(bad: errors.count(from: $0 + 1), units: errors.total) }
        case .labels(let classes):
            var counts: [String: Int64] = [:]
            for (pair, count) in detail.quality.overall.confusion { counts[pair.label, default: 0] += count }
            let rows = counts.values.reduce(0, +)
            let known = classes.map { counts[$0] ?? 0 }
            return (known + [rows - known.reduce(0, +)]).map { ShareCount(bad: $0, units: rows) }
        }
    }

    /// Whether the questions are the shares of all parts of a whole, in which a distribution can be read.
    var classes: [String]? {
        switch self {
        case .distribution(_, .words(let words)): words + [SignalBuckets.otherWords]
        case .labels(let classes): classes + [SignalBuckets.otherWords]
        case .errors, .clientAborts, .latency, .invalidOutputs, .missing, .mistyped, .demand, .distribution, .accuracy,
            .absoluteError:
            nil
        }
    }
}

extension SignalBuckets {
    /// In the word or not, for each word; beyond the cut or not, for each cut.
    fileprivate func questionCounts(_ counts: [Int64]) -> [ShareCount] {
        let total = counts.reduce(0, +)
        switch self {
        case .words: return counts.map { ShareCount(bad: $0, units: total) }
        case .cuts:
            var beyond = total
            return counts.dropLast().map { below in
                beyond -= below
                return ShareCount(bad: beyond, units: total)
            }
        }
    }

    /// What each question counts, in few words.
    var questionNames: [String] {
        switch self {
        case .words(let words): (words + [Self.otherWords]).map { "rows are '\($0)'" }
        case .cuts(let cuts, _):
            cuts.indices.map { "rows lie at or beyond \(self.upperBound(of: $0).map(\.short) ?? "the last cut")" }
        }
    }

    /// Few questions, for a watch that is kept for every signal of every model.
    static func watched(_ past: SignalValues) -> SignalBuckets? {
        guard past.count > 0 else { return nil }
        switch past {
        case .classes(let tally):
            let ranked = tally.counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            return .words(ranked.prefix(20).map(\.key))
        case .numbers(let numbers):
            var cuts: [Int32] = []
            for share in [0.1, 0.3, 0.5, 0.7, 0.9] {
                guard let cut = numbers.counts.quantileBucket(share), cut != cuts.last else { continue }
                cuts.append(cut)
            }
            return .cuts(cuts, numbers.grid)
        }
    }
}
