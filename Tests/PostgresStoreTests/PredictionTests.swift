import PostgresClient
import RolloutCore
import RolloutEngine
import Testing

@testable import PostgresStore

@Suite("Predictions and payloads")
struct PredictionTests {
    @Test("are stored once with their window, however often and by however many it is written")
    func once() throws {
        try Workbench.with(connections: 8) { bench in
            try bench.createModel()
            try bench.register("1")
            let now = try bench.now()
            let stamps = try (0..<20).map { try bench.stamp(.stable, at: now, unique: UInt64($0)) }
            let window = try bench.predictionWindow(
                stamps.map { try bench.prediction($0) },
                payloads: [bench.payload(at: now, number: 1)]
            )

            for result in concurrently(8, { _ in try bench.writer.write(window) }) { try result.get() }

            #expect(try bench.rows(of: "predictions") == 20)
            #expect(try bench.rows(of: "payload_samples") == 1)
            let totals = try bench.store.read {
                try $0.feedbackTotals(of: Workbench.model, since: now.adding(seconds: -1))
            }
            #expect(totals.waiting == 20)
        }
    }

    @Test("whose words or keys no database could hold don't keep the window from being written")
    func unfit() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            let now = try bench.now()
            let key = String(repeating: "k", count: 5_000)
            let odd = try bench.prediction(
                bench.stamp(.stable, at: now),
                value: "a\u{0}b\\u0000",
                key: key,
                slices: ["x=\u{0}"]
            )
            let sample = bench.payload(at: now, number: 1, body: "\u{0}\\")
            try bench.writer.write(bench.predictionWindow([odd], payloads: [sample]))

            let id = PredictionID(requestID: odd.requestID, row: 0, predictedAt: odd.stamp.routedAt)
            let stored = try PostgresFeedbackStore(pool: bench.pool).record(for: Workbench.model) {
                try $0.predictions([id])
            }
            #expect(stored[id]?.prediction.value == .category("a\u{FFFD}b\\u0000"))
            #expect(stored[id]?.key == nil)
            #expect(stored[id]?.slices == ["x=\u{FFFD}"])
            let samples = try bench.store.read {
                try $0.payloads(of: versionName("1"), model: Workbench.model, before: nil, limit: 9)
            }
            #expect(samples.map(\.response) == ["\u{FFFD}\\"])
        }
    }

    @Test("lie in partitions by day, made ahead, and dropped when nobody wants them any more")
    func partitions() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            let now = try bench.now()
            let days: [Double] = [0, -1, -2, -9, 400]
            let stamps = try days.enumerated().map { number, day in
                try bench.stamp(.stable, at: now.adding(seconds: day * 86_400), unique: UInt64(number))
            }
            try bench.writer.write(bench.predictionWindow(stamps.map { try bench.prediction($0) }))
            #expect(try bench.rows(of: "predictions_default") == 5)

            try bench.store.keepHouse()
            // Three days are kept; what is dated beyond all partitions to come is a gateway's clock gone wrong.
            #expect(try bench.rows(of: "predictions_default") == 0)
            #expect(try bench.rows(of: "predictions") == 3)
            let partitions = try bench.partitions(of: "predictions")
            #expect(partitions.count == 1 + 2 + 8)
            try bench.store.keepHouse()
            #expect(try bench.partitions(of: "predictions") == partitions)
            try bench.writer.write(
                bench.predictionWindow([bench.prediction(bench.stamp(.stable, at: now, unique: 77))])
            )
            #expect(try bench.rows(of: "predictions_default") == 0)

            // As if time had passed: the oldest days' partitions go.
            _ = try bench.commands.setSignals(
                ModelSignals(predictionDays: 1),
                of: Workbench.model,
                actor: Workbench.operatorName
            )
            try bench.pool.withConnection { connection in
                _ = try connection.query(PredictionStatements.keepPredictions, [.int32(1)])
            }
            #expect(try bench.partitions(of: "predictions").count == partitions.count - 1)
            #expect(try bench.rows(of: "predictions") == 3)
        }
    }

    @Test("of a model that keeps them for fewer days than others go sooner")
    func retention() throws {
        try Workbench.with { bench in
            let other = modelName("other")
            try bench.createModel()
            try bench.register("1")
            try bench.createModel(other)
            _ = try bench.commands.setSignals(
                ModelSignals(predictionDays: 30, payloadSample: PayloadSampling(days: 5)),
                of: other,
                actor: Workbench.operatorName
            )
            let now = try bench.now()
            let old = now.adding(seconds: -4 * 86_400)
            let stamps = try [(now, 1), (old, 2)].map { try bench.stamp(.stable, at: $0, unique: UInt64($1)) }
            try bench.writer.write(
                bench.predictionWindow(
                    stamps.map { try bench.prediction($0) },
                    payloads: [bench.payload(at: now, number: 1), bench.payload(at: old, number: 2)]
                )
            )
            try bench.store.keepHouse()

            #expect(try bench.rows(of: "predictions") == 1)
            #expect(try bench.rows(of: "payload_samples") == 1)
        }
    }

    @Test("of a version are shown newest first, page by page")
    func payloads() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            let now = try bench.now()
            let samples = (1...5).map { bench.payload(at: now.adding(seconds: -Double($0)), number: $0) }
            try bench.writer.write(bench.predictionWindow([], payloads: samples))

            let (first, second) = try bench.store.read { view in
                let first = try view.payloads(of: versionName("1"), model: Workbench.model, before: nil, limit: 3)
                let rest = try view.payloads(
                    of: versionName("1"),
                    model: Workbench.model,
                    before: first.last?.at,
                    limit: 3
                )
                return (first, rest)
            }
            #expect(first == Array(samples.prefix(3)))
            #expect(second == Array(samples.suffix(2)))
            #expect(
                try bench.store.read {
                    try $0.payloads(of: versionName("2"), model: Workbench.model, before: nil, limit: 3)
                } == []
            )
        }
    }
}

extension Workbench {
    fileprivate func payload(at moment: Timestamp, number: Int, body: String = "{}") -> PayloadSample {
        PayloadSample(
            model: Self.model,
            version: versionName("1"),
            requestID: "request-\(number)",
            at: moment,
            status: 200,
            request: body,
            response: body
        )
    }

    private static let countRows = PostgresStatement(
        "count_rows",
        """
        SELECT (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I', $1::text), true, true, '')))[1]::text::bigint AS n
        """
    )
    private static let listPartitions = PostgresStatement(
        "list_partitions",
        """
        SELECT c.relname::text AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = to_regclass($1::text) ORDER BY c.relname
        """
    )

    fileprivate func rows(of table: String) throws -> Int64 {
        try self.pool.withConnection { try $0.query(Self.countRows, [.text(table)]).exactlyOne().decode("n") }
    }

    fileprivate func partitions(of table: String) throws -> [String] {
        try self.pool.withConnection { connection in
            try connection.query(Self.listPartitions, [.text(table)]).map { try $0.decode("name", as: String.self) }
        }
    }
}
