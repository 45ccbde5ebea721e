import PostgresClient
import RolloutCore
import RolloutEngine

/// One open transaction about the labels of one model; the lock that keeps others out is held.
struct PostgresFeedbackTransaction: FeedbackTransaction {
    let connection: PostgresConnection
    let name: ModelName
    let now: Timestamp

    func model() throws -> Model? {
        try self.connection.query(ModelStatements.select, [.text(self.name.text)]).atMostOne().map(Model.init(row:))
    }

    func stampKey() throws -> Salt {
        try Salt(row: self.connection.query(LabelStatements.stampKey).exactlyOne(), columns: "stamp")
    }

    func routes(of generations: Set<Int64>) throws -> [Int64: LabelRoute] {
        var routes: [Int64: LabelRoute] = [:]
        for row in try self.connection.query(
            LabelStatements.selectRoutes,
            [.text(self.name.text), .int64Array(generations.sorted())]
        ) {
            routes[try row.decode("generation")] = try LabelRoute(row: row)
        }
        return routes
    }

    // MARK: Predictions

    func predictions(_ ids: [PredictionID]) throws -> [PredictionID: StoredPrediction] {
        guard let span = Span(ids) else { return [:] }
        let rows = try self.connection.query(
            PredictionStatements.select,
            [.text(self.name.text), span.names, span.first, span.last]
        )
        let found = try rows.map(StoredPrediction.init(row:))
        return Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
    }

    func predictions(keys: [String]) throws -> [String: StoredPrediction] {
        var found: [String: StoredPrediction] = [:]
        for row in try self.connection.query(
            PredictionStatements.selectByKeys,
            [.text(self.name.text), try StoredJSON.parameter(keys.filter(\.isIndexable))]
        ) {
            let prediction = try StoredPrediction(row: row)
            if let key = prediction.key { found[key] = prediction }
        }
        return found
    }

    // MARK: Labels

    func labels(_ ids: [PredictionID]) throws -> [PredictionID: LabelValue] {
        guard let span = Span(ids) else { return [:] }
        var labels: [PredictionID: LabelValue] = [:]
        for row in try self.connection.query(
            LabelStatements.selectLabels,
            [.text(self.name.text), span.names, span.first, span.last]
        ) {
            labels[try PredictionID(row: row)] = try StoredJSON.decode(row.decode("label", as: String.self))
        }
        return labels
    }

    func labels(keys: [String]) throws -> [String: LabelValue] {
        var labels: [String: LabelValue] = [:]
        for row in try self.connection.query(
            LabelStatements.selectLabelsByKeys,
            [.text(self.name.text), try StoredJSON.parameter(keys.filter(\.isIndexable))]
        ) {
            labels[try row.decode("key")] = try StoredJSON.decode(row.decode("label", as: String.self))
        }
        return labels
    }

    func insert(_ labels: [LabelRecord]) throws {
        guard !labels.isEmpty else { return }
        _ = try self.connection.execute(
            LabelStatements.insertLabels,
            [.text(self.name.text), try StoredJSON.parameter(labels.map(InsertedLabel.init))]
        )
    }

    func add(_ cells: [LabelCell]) throws {
        guard !cells.isEmpty else { return }
        let open = try self.openCells(cells)
        for (position, cell) in cells.enumerated() {
            guard let (id, quality) = open[position] else {
                _ = try self.connection.execute(LabelStatements.insertCell, cell.parameters(self.name))
                continue
            }
            var merged = quality
            merged.merge(cell.quality)
            _ = try self.connection.execute(
                LabelStatements.updateCell,
                [
                    .int64(id), .int64(merged.overall.labelled), try StoredJSON.parameter(merged),
                    cell.receivedAt.parameter,
                ]
            )
        }
    }

    /// The oldest stored cell of each that can still be added to, by position; locked. One that a tick or the watch holds is as good as
    /// taken: nobody waits for anybody.
    private func openCells(_ cells: [LabelCell]) throws -> [Int: (id: Int64, quality: QualityTally)] {
        let places = try StoredJSON.parameter(cells.enumerated().map(CellPlace.init))
        var open: [Int: (id: Int64, quality: QualityTally)] = [:]
        for row in try self.connection.query(LabelStatements.selectOpenCells, [.text(self.name.text), places]) {
            let position: Int = try row.decode("position")
            guard open[position] == nil else { continue }
            open[position] = (
                id: try row.decode("id"), quality: try StoredJSON.decode(row.decode("quality", as: String.self))
            )
        }
        return open
    }

    func count(_ results: [FeedbackResult: Int]) throws {
        // In a fixed order; the lock of the model keeps others from the same rows.
        for (result, items) in results.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where items > 0 {
            _ = try self.connection.execute(
                LabelStatements.count,
                [.text(self.name.text), .text(result.rawValue), .int64(Int64(items))]
            )
        }
    }

    // MARK: Pending

    func keep(_ feedback: [PendingFeedback], limit: Int) throws {
        let rows = feedback.map(InsertedPending.init).filter(\.reference.isIndexable)
        guard !rows.isEmpty else { return }
        _ = try self.connection.execute(
            LabelStatements.keepPending,
            [.text(self.name.text), try StoredJSON.parameter(rows), .int64(Int64(limit))]
        )
    }

    func dueFeedback(limit: Int) throws -> [PendingFeedback] {
        try self.connection.query(LabelStatements.selectDuePending, [.text(self.name.text), .int64(Int64(limit))]).map {
            row in
            let stored: StoredFeedback = try StoredJSON.decode(row.decode("feedback", as: String.self))
            return PendingFeedback(
                feedback: try stored.feedback,
                reason: try row.decode("reason"),
                receivedAt: try row.timestamp("received_at"),
                isHopeful: true
            )
        }
    }

    func dropPending(_ references: [Feedback.Reference]) throws {
        guard !references.isEmpty else { return }
        _ = try self.connection.execute(LabelStatements.dropPending, try self.named(references))
    }

    func postpone(_ references: [Feedback.Reference]) throws {
        guard !references.isEmpty else { return }
        _ = try self.connection.execute(LabelStatements.postponePending, try self.named(references))
    }

    private func named(_ references: [Feedback.Reference]) throws -> [PostgresParameter] {
        [.text(self.name.text), try StoredJSON.parameter(references.map(\.column))]
    }
}

/// Names of predictions, and between which moments they were made.
private struct Span {
    let names: PostgresParameter
    let first: PostgresParameter
    let last: PostgresParameter

    /// Nil without names.
    init?(_ ids: [PredictionID]) {
        guard let first = ids.map(\.predictedAt).min(), let last = ids.map(\.predictedAt).max(),
            let names = try? StoredJSON.parameter(ids.map(NamedPrediction.init))
        else { return nil }
        (self.names, self.first, self.last) = (names, first.parameter, last.parameter)
    }
}
