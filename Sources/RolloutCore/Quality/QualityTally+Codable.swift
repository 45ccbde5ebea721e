import Statistics

extension QualityTally: Codable {
    private enum CodingKeys: String, CodingKey { case overall, slices }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            overall: try container.decode(forKey: .overall, else: QualityCounts()),
            slices: try container.decode(forKey: .slices, else: [:])
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.overall, forKey: .overall, unless: QualityCounts())
        try container.encode(self.slices, forKey: .slices, unless: [:])
    }
}

extension QualityCounts: Codable {
    private enum CodingKeys: String, CodingKey {
        case labelled, confusion, positiveScores, negativeScores, brier, logLoss, errors, squaredErrors, absoluteErrors
        case truths
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        self.labelled = try container.decode(forKey: .labelled, else: 0)
        let confusion: [String: [String: Int64]] = try container.decode(forKey: .confusion, else: [:])
        guard SparseCounts.isCountable(confusion.values.flatMap(\.values)) else {
            throw DecodingError.dataCorruptedError(
                forKey: .confusion,
                in: container,
                debugDescription: "counts are not negative and together at most 2^53"
            )
        }
        var pairs: [ClassPair: Int64] = [:]
        for (label, row) in confusion {
            for (predicted, rows) in row { pairs[ClassPair(label: label, predicted: predicted)] = rows }
        }
        self.confusions = ConfusionCounts(pairs)
        self.positiveScores = try container.decode(forKey: .positiveScores, else: SparseCounts())
        self.negativeScores = try container.decode(forKey: .negativeScores, else: SparseCounts())
        self.brier = try container.decode(forKey: .brier, else: Moments())
        self.logLoss = try container.decode(forKey: .logLoss, else: Moments())
        self.errors = try container.decode(forKey: .errors, else: Moments())
        self.squaredErrors = try container.decode(forKey: .squaredErrors, else: Moments())
        self.absoluteErrors = try container.decode(forKey: .absoluteErrors, else: SparseCounts())
        self.truths = try container.decode(forKey: .truths, else: Moments())
    }

    /// The confusion matrix as rows by label, of counts by predicted class.
    package func encode(to encoder: any Encoder) throws {
        var confusion: [String: [String: Int64]] = [:]
        for (pair, rows) in self.confusion { confusion[pair.label, default: [:]][pair.predicted] = rows }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.labelled, forKey: .labelled, unless: 0)
        try container.encode(confusion, forKey: .confusion, unless: [:])
        try container.encode(self.positiveScores, forKey: .positiveScores, unless: SparseCounts())
        try container.encode(self.negativeScores, forKey: .negativeScores, unless: SparseCounts())
        try container.encode(self.brier.storable, forKey: .brier, unless: Moments())
        try container.encode(self.logLoss.storable, forKey: .logLoss, unless: Moments())
        try container.encode(self.errors.storable, forKey: .errors, unless: Moments())
        try container.encode(self.squaredErrors.storable, forKey: .squaredErrors, unless: Moments())
        try container.encode(self.absoluteErrors, forKey: .absoluteErrors, unless: SparseCounts())
        try container.encode(self.truths.storable, forKey: .truths, unless: Moments())
    }
}
