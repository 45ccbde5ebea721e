import PostgresClient
import RolloutCore
import RolloutEngine
import Testing

@testable import PostgresStore

@Suite("Kept feedback")
struct KeptFeedbackTests {
    @Test("is looked at after five seconds, then one, two, four minutes after it came")
    func looks() throws {
        try Workbench.with { bench in
            try bench.createModel()
            _ = try bench.record([Feedback(reference: .key("never"), label: .number(1))])
            var waits = [try bench.nextLook()]
            for age in [6, 60, 120, 240] {
                try bench.age(seconds: age)
                #expect(try bench.feedback.reviewPending() == 0)
                waits.append(try bench.nextLook())
            }
            // The database's clock goes on between the statements.
            #expect(zip(waits, [5, 60, 120, 240, 480]).allSatisfy { abs($0 - $1) < 4 }, "\(waits)")
        }
    }

    @Test("is given up when its prediction has had time to arrive, and what was counted isn't counted again")
    func givenUp() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            let old = try bench.text(bench.stamp(.stable, at: bench.now().adding(seconds: -3_700)))
            try bench.keep(.request(old, row: 0))
            try bench.age(seconds: 3_600)
            #expect(try bench.feedback.reviewPending() == 1)

            try bench.keep(.key("never"))
            let days = ModelSignals().predictionDays
            try bench.age(seconds: days * 86_400 - 60)
            #expect(try bench.feedback.reviewPending() == 0)
            try bench.age(seconds: days * 86_400 + 1)
            #expect(try bench.feedback.reviewPending() == 1)

            let totals = try bench.store.read { try $0.feedbackTotals(of: Workbench.model, since: $0.now) }
            #expect(totals == FeedbackTotals(counts: [.withoutPrediction: 1], pending: 0, waiting: 0))
        }
    }

    @Test("is so much at most, and counting it stops there")
    func limit() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.fill(count: 99_999)
            let items = (0..<2).map { Feedback(reference: .key("new-\($0)"), label: .number(1)) }
            for item in items { #expect(try bench.record([item]) == [.unknown]) }
            #expect(try bench.labelCounts()["pending"] == 100_000)

            try bench.fill(count: 100_010)
            let totals = try bench.store.read { try $0.feedbackTotals(of: Workbench.model, since: $0.now) }
            #expect(totals == FeedbackTotals(counts: [.unknown: 2], pending: 100_000, waiting: 0))
        }
    }

    @Test("is forgotten in one round when its time is over, however much it is")
    func forgotten() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.fill(count: 40_100, daysAgo: 8)
            _ = try bench.record([Feedback(reference: .key("new"), label: .number(1))])
            try bench.store.keepHouse()
            #expect(try bench.labelCounts()["pending"] == 1)
        }
    }

    @Test("of one model that can't be read keeps no other model's from being counted")
    func corrupt() throws {
        try Workbench.with { bench in
            let broken = modelName("a-broken-one")
            try bench.createModel(broken)
            try bench.createModel()
            try bench.register("1")
            _ = try bench.feedback.record([Feedback(reference: .key("x"), label: .number(1))], model: broken)
            try bench.script("UPDATE pending_feedback SET feedback = '{\"label\": 1, \"slices\": {}}'")
            try bench.comeEarly()

            #expect(throws: CorruptRow.self) { try bench.feedback.reviewPending() }
            #expect(try bench.labelCounts() == ["labels": 1, "cells": 1, "labelled": 1, "pending": 1])
        }
    }

    @Test("is looked at between the rounds of the watch")
    func betweenRounds() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            guard try bench.store.acquireLease(holder: "loop", duration: .seconds(60)) != nil else {
                throw Missing("the lease")
            }
            let loop = bench.watchLoop(of: "loop", reviewPeriod: .zero)
            #expect(try loop.tick() == .watched(models: 1, events: 0))
            try bench.comeEarly()
            #expect(try loop.tick() == .idle)
            #expect(try bench.labelCounts() == ["labels": 1, "cells": 1, "labelled": 1, "pending": 0])
        }
    }
}

extension Workbench {
    fileprivate func script(_ sql: String) throws { try self.pool.withConnection { try $0.execute(script: sql) } }

    fileprivate func keep(_ reference: Feedback.Reference) throws {
        try PostgresFeedbackStore(pool: self.pool).record(for: Self.model) { transaction in
            let feedback = Feedback(reference: reference, label: .category("cat"))
            let pending = PendingFeedback(
                feedback: feedback,
                reason: "early",
                receivedAt: transaction.now,
                isHopeful: true
            )
            try transaction.keep([pending], limit: 10)
        }
    }

    /// A label, kept and due, whose prediction has come since.
    fileprivate func comeEarly() throws {
        #expect(try self.record([Feedback(reference: .key("early"), label: .category("cat"))]) == [.unknown])
        let stamp = try self.stamp(.stable, at: self.now())
        try self.writer.write(self.predictionWindow([self.prediction(stamp, key: "early")]))
        try self.makePendingDue()
    }

    /// As if all that is kept had come so long ago and were due.
    fileprivate func age(seconds: Int) throws {
        try self.script(
            "UPDATE pending_feedback SET received_at = now() - interval '\(seconds) seconds', next_look_at = now()"
        )
    }

    /// How long after it came the only kept feedback is looked at next, in seconds.
    fileprivate func nextLook() throws -> Double {
        try self.pool.withConnection { try $0.query(Self.selectNextLook).exactlyOne().decode("wait") }
    }

    private static let selectNextLook = PostgresStatement(
        "select_next_look",
        "SELECT extract(epoch FROM next_look_at - received_at)::double precision AS wait FROM pending_feedback"
    )

    /// Kept feedback up to so many rows.
    fileprivate func fill(count: Int, daysAgo: Int = 0) throws {
        try self.script(
            """
            INSERT INTO pending_feedback (model, reference, feedback, reason, received_at)
            SELECT '\(Self.model)', 'key:old-' || n, '{}', '', now() - interval '\(daysAgo) days' FROM generate_series(1, \(count)) AS n
            ON CONFLICT DO NOTHING
            """
        )
    }
}
