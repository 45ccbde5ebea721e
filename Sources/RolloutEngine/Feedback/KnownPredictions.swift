import RolloutCore

/// What the store knows about the predictions that a batch of feedback names.
struct KnownPredictions {
    /// Rows that a request can have.
    private static let rows = 0..<1_000_000

    /// Of the request ids that are ours, by their text.
    let stamps: [String: RequestStamp]
    let predictions: [PredictionID: StoredPrediction]
    let predictionsByKey: [String: StoredPrediction]
    let labels: [PredictionID: LabelValue]
    let labelsByKey: [String: LabelValue]
    /// By generation.
    let routes: [Int64: LabelRoute]

    init(_ items: [Feedback], _ transaction: any FeedbackTransaction) throws {
        let hash = try transaction.stampKey().hash
        var stamps: [String: RequestStamp] = [:]
        var ids: [PredictionID] = []
        var keys: [String] = []
        for item in items {
            switch item.reference {
            case .key(let key): keys.append(key)
            case .request(let requestID, let row):
                guard let stamp = RequestStamp(text: requestID, signedWith: hash), Self.rows.contains(row) else {
                    continue
                }
                stamps[requestID] = stamp
                ids.append(PredictionID(requestID: requestID, row: row, predictedAt: stamp.routedAt))
            }
        }
        self.stamps = stamps
        self.predictions = ids.isEmpty ? [:] : try transaction.predictions(ids)
        self.predictionsByKey = keys.isEmpty ? [:] : try transaction.predictions(keys: keys)
        let named = ids + self.predictionsByKey.values.map(\.id)
        self.labels = named.isEmpty ? [:] : try transaction.labels(named)
        self.labelsByKey = keys.isEmpty ? [:] : try transaction.labels(keys: keys)
        let generations = stamps.values.map(\.generation) + self.predictionsByKey.values.map(\.generation)
        self.routes = generations.isEmpty ? [:] : try transaction.routes(of: Set(generations))
    }
}

extension Model {
    /// Feedback that brings its own prediction needs no stored one, so it may come later than predictions wait.
    package static let leastLabelDays = 30

    /// For how many days labels are taken; a repetition is known for one only as long.
    var labelDays: Int { max(Self.leastLabelDays, self.signals.predictionDays) }
}

extension ModelSignals {
    /// What the model's prediction is declared to be; nil when nothing is declared, or a share, which may be either.
    var isRegression: Bool? {
        switch self.signals.first(where: { $0.role == .prediction })?.kind {
        case .number: true
        case .category: false
        case .share, nil: nil
        }
    }
}
