import RolloutCore

/// What the tap has found since it was last asked.
struct TapHarvest: Sendable {
    /// With payloads and signals only.
    private(set) var details: [TelemetryCell.Key: CohortDetail] = [:]
    private(set) var predictions: [PredictionRecord] = []
    private(set) var samples: [PayloadSample] = []
    private var sampleBytes = 0
    /// Predictions and samples for which there was no room.
    private(set) var droppedRecords = 0

    private static let predictionLimit = 20_000
    private static let sampleByteLimit = 16_777_216

    var cells: [TelemetryCell] {
        self.details.map { TelemetryCell(key: $0.key, tally: CohortTally(detail: $0.value)) }
    }

    mutating func add(_ detail: CohortDetail, of key: TelemetryCell.Key) {
        self.details[key, default: CohortDetail()].merge(detail)
    }

    mutating func drop(_ key: TelemetryCell.Key) {
        self.details[key, default: CohortDetail()].payloads.dropped += 1
    }

    mutating func add(_ prediction: PredictionRecord) {
        if self.predictions.count < Self.predictionLimit {
            self.predictions.append(prediction)
        } else {
            self.droppedRecords += 1
        }
    }

    mutating func add(_ sample: PayloadSample) {
        let bytes = sample.request.utf8.count + sample.response.utf8.count
        if self.sampleBytes + bytes <= Self.sampleByteLimit {
            self.samples.append(sample)
            self.sampleBytes += bytes
        } else {
            self.droppedRecords += 1
        }
    }

    mutating func merge(_ other: TapHarvest) {
        for (key, detail) in other.details { self.add(detail, of: key) }
        for prediction in other.predictions { self.add(prediction) }
        for sample in other.samples { self.add(sample) }
        self.droppedRecords += other.droppedRecords
    }
}
