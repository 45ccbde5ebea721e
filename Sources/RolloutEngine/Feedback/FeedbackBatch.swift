import RolloutCore

/// One item of feedback and when it came.
struct ReceivedFeedback {
    let feedback: Feedback
    let at: Timestamp
}

/// Finds out what each item of a batch is about; everything it needs to know is read at once, whatever the batch's size.
struct FeedbackBatch {
    /// What an item comes to.
    struct Finding {
        let outcome: FeedbackOutcome
        /// The label that counts from now on.
        var label: Label?
        /// Set for what is kept for later.
        var pending: (reason: String, isHopeful: Bool)?
    }

    /// A labelled row with its place.
    struct Label {
        let record: LabelRecord
        let cell: LabelCell.Key
        let row: QualityCounts
        let slices: [String]
    }

    /// For so long after a request its prediction may still be on its way, as when the database was away from a gateway.
    private static let arrivalSeconds = 3_600.0
    /// Length of the intervals that nobody judges: labels are shown by the hour.
    private static let idleIntervalSeconds = 3_600

    private let items: [ReceivedFeedback]
    private let model: Model
    private let transaction: any FeedbackTransaction
    private let known: KnownPredictions

    init(_ items: [ReceivedFeedback], model: Model, transaction: any FeedbackTransaction) throws {
        self.items = items
        self.model = model
        self.transaction = transaction
        self.known = try KnownPredictions(items.map(\.feedback), transaction)
    }

    // MARK: Findings

    /// One finding an item, in their order: of two items about the same row the first one counts.
    func findings() -> [Finding] {
        var told = self.known.labels
        var toldByKey = self.known.labelsByKey
        return self.items.map { item in
            let finding = self.finding(item, told: told, toldByKey: toldByKey)
            if let record = finding.label?.record {
                told[record.id] = record.label
                if let key = record.key { toldByKey[key] = record.label }
            }
            return finding
        }
    }

    private func finding(
        _ item: ReceivedFeedback,
        told: [PredictionID: LabelValue],
        toldByKey: [String: LabelValue]
    ) -> Finding {
        let feedback = item.feedback
        switch feedback.reference {
        case .request(let requestID, let row):
            guard let stamp = self.known.stamps[requestID] else {
                return .unknown("no gateway of this installation gave out this request id", isHopeful: false)
            }
            guard let cohort = stamp.cohort else { return .notJudged(stamp.standing.words) }
            let id = PredictionID(requestID: requestID, row: row, predictedAt: stamp.routedAt)
            if let earlier = told[id] { return .repeated(feedback.label, earlier) }
            let stored = self.known.predictions[id]
            return self.place(item, id, cohort: cohort, generation: stamp.generation, stored)
        case .key(let key):
            if let earlier = toldByKey[key] { return .repeated(feedback.label, earlier) }
            guard let stored = self.known.predictionsByKey[key] else {
                return self.unknownKey(since: item.at)
            }
            if let earlier = told[stored.id] { return .repeated(feedback.label, earlier) }
            return self.place(item, stored.id, cohort: stored.cohort, generation: stored.generation, stored)
        }
    }

    /// A key says nothing about when its prediction was made: looking again is in vain once the feedback has waited for as long as
    /// predictions are kept.
    private func unknownKey(since receivedAt: Timestamp) -> Finding {
        let days = self.model.signals.predictionDays
        guard self.transaction.now.seconds(since: receivedAt) > Double(days) * 86_400 else {
            return .unknown("no stored prediction has this key", isHopeful: true)
        }
        return Finding(
            outcome: FeedbackOutcome(.unknown, reason: "no prediction with this key turned up in \(days) days")
        )
    }

    private func place(
        _ item: ReceivedFeedback,
        _ id: PredictionID,
        cohort: Cohort,
        generation: Int64,
        _ stored: StoredPrediction?
    ) -> Finding {
        let age = item.at.seconds(since: id.predictedAt)
        guard age <= Double(self.model.labelDays) * 86_400 else {
            return Finding(
                outcome: FeedbackOutcome(
                    .unknown,
                    reason: "the prediction is older than \(self.model.labelDays) days; labels are taken for that long"
                )
            )
        }
        guard let route = self.known.routes[generation], let version = route.version(of: cohort) else {
            return .unknown("the request was not one to model \(self.model.name)", isHopeful: false)
        }
        guard let prediction = item.feedback.prediction.flatMap({ $0.isEmpty ? nil : $0 }) ?? stored?.prediction else {
            // However long ago the feedback came: what counts is how long the prediction has had to arrive.
            guard self.transaction.now.seconds(since: id.predictedAt) > Self.arrivalSeconds else {
                return .unknown("its prediction is not stored, or not yet", isHopeful: true)
            }
            return Finding(
                outcome: FeedbackOutcome(
                    .withoutPrediction,
                    reason: "its prediction was not among the stored ones; tell it with the label"
                )
            )
        }
        let isLate = route.trial?.isSettled ?? false
        let interval = isLate ? Self.idleIntervalSeconds : route.trial?.intervalSeconds ?? Self.idleIntervalSeconds
        let cell = LabelCell.Key(
            version: version,
            cohort: cohort,
            rollout: route.trial?.rollout,
            generation: generation,
            intervalStart: id.predictedAt.floored(toSeconds: interval),
            age: LabelAge(from: id.predictedAt, to: item.at)
        )
        let record = LabelRecord(id: id, key: item.key ?? stored?.key, label: item.feedback.label, receivedAt: item.at)
        let row = QualityCounts(
            label: item.feedback.label,
            prediction: prediction,
            positiveClass: self.model.signals.positiveClass,
            isRegression: self.model.signals.isRegression
        )
        return Finding(
            outcome: isLate
                ? FeedbackOutcome(.late, reason: "the rollout it belongs to has ended") : FeedbackOutcome(.counted),
            label: Label(record: record, cell: cell, row: row, slices: item.slices(beside: stored?.slices ?? []))
        )
    }

    // MARK: Commit

    /// Writes the labels, gathered into cells, and counts what became of the items.
    ///
    /// - Parameter counted: The findings to count when they aren't all.
    func commit(_ findings: [Finding], counting counted: [Finding]? = nil) throws {
        let labels = findings.compactMap(\.label)
        var cells: [LabelCell.Key: LabelCell] = [:]
        for label in labels {
            let received = label.record.receivedAt
            var cell = cells[label.cell] ?? LabelCell(key: label.cell, receivedAt: received, quality: .init())
            cell.receivedAt = min(cell.receivedAt, received)
            cell.quality.add(label.row, slices: label.slices)
            cells[label.cell] = cell
        }
        try self.transaction.insert(labels.map(\.record))
        // In a fixed order, so that equal batches make equal rows.
        try self.transaction.add(cells.values.sorted { $0.key < $1.key })
        var results: [FeedbackResult: Int] = [:]
        for finding in counted ?? findings { results[finding.outcome.result, default: 0] += 1 }
        try self.transaction.count(results)
    }
}

extension FeedbackBatch.Finding {
    fileprivate static func unknown(_ reason: String, isHopeful: Bool) -> FeedbackBatch.Finding {
        FeedbackBatch.Finding(outcome: FeedbackOutcome(.unknown, reason: reason), pending: (reason, isHopeful))
    }

    fileprivate static func notJudged(_ why: String) -> FeedbackBatch.Finding {
        FeedbackBatch.Finding(
            outcome: FeedbackOutcome(.notJudged, reason: "no version is judged by the request: " + why)
        )
    }

    /// `3` and `3.0` and `"3"` are one label.
    fileprivate static func repeated(_ label: LabelValue, _ earlier: LabelValue) -> FeedbackBatch.Finding {
        guard label.category != earlier.category else { return FeedbackBatch.Finding(outcome: .init(.duplicate)) }
        let reason = "the label '\(earlier.category)' was told before and stays"
        return FeedbackBatch.Finding(outcome: FeedbackOutcome(.conflicting, reason: reason))
    }
}

extension RequestStamp.Standing {
    fileprivate var words: String {
        switch self {
        case .judged(let cohort): "\(cohort.rawValue) is"
        case .pinned: "it was pinned to its version"
        case .substituted: "stable answered in the canary's place"
        case .late: "the answer came later than the plan's rescue allows"
        }
    }
}

extension ReceivedFeedback {
    fileprivate var key: String? {
        switch self.feedback.reference {
        case .request: nil
        case .key(let key): key
        }
    }

    /// What is told now stands above what was stored of the same signal.
    fileprivate func slices(beside stored: [String]) -> [String] {
        let told = self.feedback.slices
        let kept = stored.filter { slice in !told.keys.contains { slice.hasPrefix($0 + "=") } }
        return kept + told.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }
}

extension Prediction {
    fileprivate var isEmpty: Bool { self.value == nil && self.score == nil }
}

extension LabelCell.Key: Comparable {
    package static func < (a: Self, b: Self) -> Bool {
        (a.intervalStart, a.generation, a.cohort.rawValue, a.age.rawValue) < (
            b.intervalStart, b.generation, b.cohort.rawValue, b.age.rawValue
        )
    }
}
