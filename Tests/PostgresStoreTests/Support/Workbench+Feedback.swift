import PostgresClient
import RolloutCore
import RolloutEngine

@testable import PostgresStore

/// Predictions and labels of the bench's model.
extension Workbench {
    var feedback: FeedbackCommands { FeedbackCommands(store: PostgresFeedbackStore(pool: self.pool)) }

    func stampKey() throws -> Salt {
        try self.pool.withConnection { connection in
            try Salt(row: connection.query(LabelStatements.stampKey).exactlyOne(), columns: "stamp")
        }
    }

    /// A request of the route's present generation.
    func stamp(_ cohort: Cohort, at moment: Timestamp, unique: UInt64 = 1) throws -> RequestStamp {
        guard let route = try self.route() else { throw Missing("a route") }
        return RequestStamp(
            cohort: cohort,
            generation: route.generation,
            milliseconds: moment.microseconds / 1_000,
            unique: unique
        )
    }

    func text(_ stamp: RequestStamp) throws -> String { stamp.text(signedWith: try self.stampKey().hash) }

    /// What a gateway keeps of a request's first row.
    func prediction(
        _ stamp: RequestStamp,
        of version: String = "1",
        value: String = "cat",
        key: String? = nil,
        slices: [String] = []
    ) throws -> PredictionRecord {
        PredictionRecord(
            model: Self.model,
            version: versionName(version),
            rollout: try self.route()?.canary?.rollout,
            requestID: try self.text(stamp),
            stamp: stamp,
            row: 0,
            key: key,
            prediction: Prediction(value: .category(value)),
            slices: slices
        )
    }

    private static let sequences = SequenceSource()

    func predictionWindow(_ predictions: [PredictionRecord], payloads: [PayloadSample] = []) throws -> TelemetryWindow {
        let now = try self.now()
        return TelemetryWindow(
            replica: "gateway-p",
            sequence: Self.sequences.next(),
            start: now,
            end: now,
            droppedRequests: 0,
            cells: [],
            predictions: predictions,
            payloads: payloads
        )
    }

    /// Labels for `count` requests of a cohort `secondsBack` ago, of which `wrong` were predicted wrongly; the feedback brings the prediction.
    func label(_ cohort: Cohort, count: Int, wrong: Int, secondsBack: Double, from first: UInt64 = 0) throws
        -> [Feedback]
    {
        let moment = try self.now().adding(seconds: -secondsBack)
        return try (0..<count).map { number in
            let stamp = try self.stamp(cohort, at: moment, unique: first + UInt64(number))
            return Feedback(
                reference: .request(try self.text(stamp), row: 0),
                label: .category("cat"),
                prediction: Prediction(value: .category(number < wrong ? "dog" : "cat"))
            )
        }
    }

    /// Rows of the labels' tables, by table.
    func labelCounts() throws -> [String: Int64] {
        try self.pool.withConnection { connection in
            let row = try connection.query(Self.countLabels).exactlyOne()
            return [
                "labels": try row.decode("labels"), "cells": try row.decode("cells"),
                "labelled": try row.decode("labelled"), "pending": try row.decode("pending"),
            ]
        }
    }

    private static let countLabels = PostgresStatement(
        "count_labels",
        """
        SELECT (SELECT count(*) FROM labels) AS labels, (SELECT count(*) FROM label_cells) AS cells,
               (SELECT coalesce(sum(labelled), 0)::bigint FROM label_cells) AS labelled, (SELECT count(*) FROM pending_feedback) AS pending
        """
    )
}
