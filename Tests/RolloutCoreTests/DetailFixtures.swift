import RolloutCore
import Statistics

func signalName(_ text: String) -> SignalName {
    guard let name = try? SignalName(text) else { preconditionFailure("\(text) is no signal's name") }
    return name
}

extension Check {
    static func drift(_ rule: DriftComparison = DriftComparison(), mode: Mode = .enforced) -> Check {
        Check(name: "drift", comparison: .predictionDrift(rule), mode: mode, weight: 1)
    }

    static func quality(
        _ measure: QualityComparison.Measure? = nil,
        class word: String? = nil,
        _ change: (inout QualityComparison) -> Void = { _ in }
    ) -> Check {
        var rule = QualityComparison(measure: measure, class: word)
        change(&rule)
        return Check(name: "quality", comparison: .quality(rule), weight: 1)
    }
}

extension SignalTally {
    static func classes(_ counts: [String: Int64], role: SignalRole = .prediction, missing: Int64 = 0) -> SignalTally {
        SignalTally(role: role, missing: missing, values: .classes(ClassTally(counts: counts)))
    }

    static func numbers(
        _ values: some Sequence<Double>,
        role: SignalRole = .prediction,
        grid: ValueGrid = .number,
        missing: Int64 = 0
    ) -> SignalTally {
        var numbers = NumberTally(grid: grid)
        numbers.counts = SparseCounts(values.map { (bucket: grid.bucket(of: $0), count: Int64(1)) })
        numbers.moments = Moments(values)
        return SignalTally(role: role, missing: missing, values: .numbers(numbers))
    }
}

extension CohortTally {
    /// Requests that all went well, each with one row of these signals.
    static func fixture(requests: Int64, signals: [String: SignalTally], malformed: Int64 = 0) -> CohortTally {
        var tally = CohortTally.fixture(requests: requests)
        tally.detail.signals = Dictionary(uniqueKeysWithValues: signals.map { (signalName($0.key), $0.value) })
        tally.detail.payloads.inspected = requests
        tally.detail.payloads.malformedResponses = malformed
        let outputs = signals.values.filter { $0.role == .prediction || $0.role == .confidence }
        tally.detail.payloads.rows = outputs.map(\.rows).max() ?? 0
        tally.detail.payloads.unusableRows = outputs.map { $0.missing + $0.mistyped }.max() ?? 0
        tally.detail.payloads.inputRows = signals.values.filter { $0.role == .feature }.map(\.rows).max() ?? 0
        tally.batch(requests: requests)
        return tally
    }

    /// Spreads the rows that there are evenly over so many requests.
    mutating func batch(requests: Int64) {
        let (rows, inputRows) = (self.detail.payloads.rows, self.detail.payloads.inputRows)
        self.detail.payloads.inspected = requests
        self.detail.payloads.squaredRows = rows * max(1, rows / max(1, requests))
        self.detail.payloads.squaredInputRows = inputRows * max(1, inputRows / max(1, requests))
    }

    /// Labels alone.
    static func labels(_ counts: QualityCounts, slices: [String: QualityCounts] = [:]) -> CohortTally {
        CohortTally(detail: CohortDetail(quality: QualityTally(overall: counts, slices: slices)))
    }
}

extension QualityCounts {
    /// `rows` two-class rows of which `wrong` are wrong, half of each class.
    static func binary(rows: Int64, wrong: Int64) -> QualityCounts {
        var counts = QualityCounts()
        counts.labelled = rows
        let right = rows - wrong
        for (pair, count) in [
            (ClassPair(label: "1", predicted: "1"), right / 2),
            (ClassPair(label: "0", predicted: "0"), right - right / 2),
            (ClassPair(label: "1", predicted: "0"), wrong / 2),
            (ClassPair(label: "0", predicted: "1"), wrong - wrong / 2),
        ] where count > 0 {
            counts.confusion[pair] = count
        }
        return counts
    }

    /// Merged two by two, so that many rows are quick to count.
    static func rows(_ rows: [(label: LabelValue, prediction: Prediction)]) -> QualityCounts {
        guard rows.count > 1 else {
            return rows.first.map { QualityCounts(label: $0.label, prediction: $0.prediction, positiveClass: "1") }
                ?? QualityCounts()
        }
        var counts = Self.rows(Array(rows[..<(rows.count / 2)]))
        counts.merge(Self.rows(Array(rows[(rows.count / 2)...])))
        return counts
    }
}

extension EvidenceStratum {
    /// Labels that came with `tick` for the predictions of an earlier interval.
    static func labels(
        interval: Int,
        tick: Int,
        generation: Int64 = 1,
        weight: Weight = .fivePercent,
        canary: QualityCounts,
        stable: QualityCounts
    ) -> EvidenceStratum {
        .fixture(
            interval: interval,
            tick: tick,
            generation: generation,
            weight: weight,
            canary: .labels(canary),
            stable: .labels(stable)
        )
    }
}

extension Judge {
    /// A judge past its warm-up, which took the first interval.
    static func warm(_ plan: RolloutPlan) -> Judge { Judge.folding([.healthy(interval: 0)], plan: plan) }

    /// Folds one batch of labels of the newest interval a tick.
    mutating func label(_ batches: Int, canary: QualityCounts, stable: QualityCounts, from tick: Int = 2) {
        for batch in 0..<batches {
            self.fold([.labels(interval: 1, tick: tick + batch, canary: canary, stable: stable)])
        }
    }
}

extension SplitMix64 {
    /// How many of `trials` happen.
    mutating func binomial(_ trials: Int64, _ probability: Double) -> Int64 {
        (0..<trials).reduce(0) { count, _ in self.unit() < probability ? count + 1 : count }
    }

    /// Roughly normal: the sum of twelve uniform numbers, less 6.
    mutating func normal(mean: Double = 0, deviation: Double = 1) -> Double {
        mean + deviation * ((0..<12).reduce(0) { sum, _ in sum + self.unit() } - 6)
    }
}
