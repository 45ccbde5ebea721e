import PostgresClient
import RolloutCore
import RolloutEngine
import Testing

@testable import PostgresStore

@Suite("Feedback")
struct FeedbackTests {
    @Test("that brings its own prediction counts without a stored row, once however often it is told")
    func ownPrediction() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            let items = try bench.label(.stable, count: 3, wrong: 1, secondsBack: 20)

            #expect(try bench.record(items) == [.counted, .counted, .counted])
            #expect(try bench.record(items) == [.duplicate, .duplicate, .duplicate])
            #expect(try bench.labelCounts() == ["labels": 3, "cells": 1, "labelled": 3, "pending": 0])
            let quality = try bench.store.read {
                try $0.quality(of: Workbench.model, since: $0.now.adding(seconds: -7_200))
            }
            #expect(quality.count == 1)
            #expect(quality.first?.version == versionName("1"))
            #expect(quality.first?.age == .minute)
            #expect(
                quality.first?.tally.overall.confusion == [
                    ClassPair(label: "cat", predicted: "cat"): 2, ClassPair(label: "cat", predicted: "dog"): 1,
                ]
            )
        }
    }

    @Test("with another label than before conflicts, and the first label stays; 3, 3.0 and \"3\" are the same")
    func conflicting() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            let id = try bench.text(bench.stamp(.stable, at: bench.now()))
            func item(_ label: LabelValue) -> Feedback {
                Feedback(
                    reference: .request(id, row: 0),
                    label: label,
                    prediction: Prediction(value: .category("3"))
                )
            }

            let first = try bench.record([item(.number(3)), item(.category("3")), item(.category("4"))])
            #expect(first == [.counted, .duplicate, .conflicting])
            let outcome = try #require(try bench.feedback.record([item(.number(4))], model: Workbench.model).first)
            #expect(outcome.result == .conflicting)
            #expect(outcome.reason == "the label '3' was told before and stays")
            #expect(try bench.labelCounts()["labelled"] == 1)
        }
    }

    @Test("that brings a label alone is joined with the stored prediction, by the request or by the user's key")
    func stored() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            let now = try bench.now()
            let stamps = try (1...3).map { try bench.stamp(.stable, at: now, unique: UInt64($0)) }
            try bench.writer.write(
                bench.predictionWindow([
                    bench.prediction(stamps[0], key: "order-1", slices: ["country=de"]),
                    bench.prediction(stamps[1], key: "order-2"),
                ])
            )
            let outcomes = try bench.record([
                Feedback(reference: .request(bench.text(stamps[0]), row: 0), label: .category("cat")),
                Feedback(reference: .key("order-1"), label: .category("cat")),
                Feedback(reference: .key("order-2"), label: .category("dog"), slices: ["country": "fr"]),
                Feedback(reference: .key("order-3"), label: .category("dog")),
                Feedback(reference: .request(bench.text(stamps[2]), row: 0), label: .category("dog")),
            ])

            // The same row told by its id and by its key is told twice.
            #expect(outcomes == [.counted, .duplicate, .counted, .unknown, .unknown])
            let quality = try bench.store.read {
                try $0.quality(of: Workbench.model, since: now.adding(seconds: -7_200))
            }
            let tally = try #require(quality.first?.tally)
            #expect(tally.overall.labelled == 2)
            #expect(tally.slices.mapValues(\.labelled) == ["country=de": 1, "country=fr": 1])
        }
    }

    @Test(
        "about what nobody gave out, or about another model, is unknown with a reason and keeps nothing else from counting"
    )
    func unknown() throws {
        try Workbench.with { bench in
            let other = modelName("other")
            try bench.createModel()
            try bench.register("1")
            try bench.createModel(other)
            try bench.register("1", for: other)
            let good = try bench.label(.stable, count: 1, wrong: 0, secondsBack: 5)
            let ours = try bench.text(bench.stamp(.stable, at: bench.now(), unique: 9))
            let forged = String(ours.dropLast()) + (ours.hasSuffix("0") ? "1" : "0")
            let impossible = try bench.text(bench.stamp(.canary, at: bench.now()))
            let ancient = try bench.text(bench.stamp(.stable, at: bench.now().adding(seconds: -40 * 86_400)))
            let items =
                ["abc", forged, impossible, ancient].map {
                    Feedback(
                        reference: .request($0, row: 0),
                        label: .number(1),
                        prediction: Prediction(value: .number(1))
                    )
                } + good

            let outcomes = try bench.feedback.record(items, model: Workbench.model)
            #expect(outcomes.map(\.result) == [.unknown, .unknown, .unknown, .unknown, .counted])
            #expect(outcomes.dropLast().allSatisfy { $0.reason?.isEmpty == false })
            #expect(outcomes[3].reason?.contains("older than 30 days") == true)
            #expect(try bench.feedback.record(good, model: other).map(\.result) == [.unknown])
            #expect(try bench.labelCounts()["labels"] == 1)
            let totals = try bench.store.read { try $0.feedbackTotals(of: Workbench.model, since: $0.now) }
            #expect(totals == FeedbackTotals(counts: [.unknown: 4, .counted: 1], pending: 3, waiting: 0))

            #expect(throws: CommandError.unknownModel(modelName("none"))) {
                try bench.feedback.record(good, model: modelName("none"))
            }
            let many = Array(repeating: good[0], count: 10_001)
            #expect(throws: CommandError.tooManyItems(10_001, limit: 10_000)) {
                try bench.feedback.record(many, model: Workbench.model)
            }
        }
    }

    @Test("that comes before its prediction is kept, and counts once when the prediction turns up")
    func pending() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            let now = try bench.now()
            let stamps = try (1...2).map { try bench.stamp(.stable, at: now, unique: UInt64($0)) }
            let items = [
                Feedback(reference: .key("early"), label: .category("cat")),
                Feedback(reference: .request(try bench.text(stamps[1]), row: 0), label: .category("dog")),
            ]
            #expect(try bench.record(items) == [.unknown, .unknown])
            #expect(try bench.record(items) == [.unknown, .unknown])
            #expect(try bench.labelCounts() == ["labels": 0, "cells": 0, "labelled": 0, "pending": 2])
            #expect(try bench.feedback.reviewPending() == 0, "a look is due after some seconds")

            try bench.writer.write(
                bench.predictionWindow(
                    stamps.enumerated().map { try bench.prediction($1, key: $0 == 0 ? "early" : nil) }
                )
            )
            try bench.makePendingDue()
            #expect(try bench.feedback.reviewPending() == 2)
            #expect(try bench.feedback.reviewPending() == 0)
            #expect(try bench.labelCounts() == ["labels": 2, "cells": 1, "labelled": 2, "pending": 0])
            #expect(try bench.record(items) == [.duplicate, .duplicate])
        }
    }

    @Test("whose prediction never turned up is looked at ever less often")
    func postponed() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            _ = try bench.record([Feedback(reference: .key("never"), label: .number(1))])
            try bench.makePendingDue()

            #expect(try bench.feedback.reviewPending() == 0)
            #expect(try PostgresFeedbackStore(pool: bench.pool).modelsWithDueFeedback() == [])
            #expect(try bench.labelCounts()["pending"] == 1)
        }
    }

    @Test(
        "about a request whose prediction was not among the stored ones has none, once it can't be on its way any more"
    )
    func withoutPrediction() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            let old = try bench.text(bench.stamp(.stable, at: bench.now().adding(seconds: -7_200)))
            let alone = Feedback(reference: .request(old, row: 0), label: .category("cat"))
            #expect(try bench.record([alone]) == [.withoutPrediction])
            #expect(try bench.labelCounts() == ["labels": 0, "cells": 0, "labelled": 0, "pending": 0])

            // Told again with the prediction, it counts.
            let whole = Feedback(
                reference: alone.reference,
                label: alone.label,
                prediction: Prediction(value: .category("cat"))
            )
            #expect(try bench.record([whole]) == [.counted])
        }
    }

    @Test("told by many at the same time counts once each")
    func race() throws {
        try Workbench.with(connections: 8) { bench in
            try bench.createModel()
            try bench.register("1")
            let items = try bench.label(.stable, count: 50, wrong: 0, secondsBack: 5)

            let results = try concurrently(8) { number in
                try bench.record(number.isMultiple(of: 2) ? items : items.reversed())
            }.flatMap { try $0.get() }

            #expect(results.filter { $0 == .counted }.count == 50)
            #expect(results.filter { $0 == .duplicate }.count == 350)
            #expect(try bench.labelCounts()["labelled"] == 50)
        }
    }

    @Test("whose transaction breaks off leaves no trace, at whichever call, and counts when told again")
    func crash() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            let items =
                try bench.label(.stable, count: 4, wrong: 1, secondsBack: 5) + [
                    Feedback(reference: .key("later"), label: .number(1))
                ]
            var calls = 0
            while calls < 50 {
                let store = FailingFeedbackStore(PostgresFeedbackStore(pool: bench.pool), after: calls)
                let result = Result { try FeedbackCommands(store: store).record(items, model: Workbench.model) }
                guard store.hasFailed else {
                    #expect(try result.get().map(\.result) == [.counted, .counted, .counted, .counted, .unknown])
                    break
                }
                #expect(throws: FailingStore.Breakdown.self) { try result.get() }
                #expect(try bench.labelCounts() == ["labels": 0, "cells": 0, "labelled": 0, "pending": 0])
                calls += 1
            }
            #expect(calls > 7)
            #expect(try bench.labelCounts() == ["labels": 4, "cells": 1, "labelled": 4, "pending": 1])
        }
    }

    @Test("makes rows by hour and age, however it is told")
    func rows() throws {
        try Workbench.with { bench in
            try bench.createModel()
            try bench.register("1")
            let now = try bench.now()
            let key = try bench.stampKey().hash
            let items = try (0..<2_500).map { number in
                let moment = now.adding(seconds: number.isMultiple(of: 2) ? -1 : -90)
                let stamp = try bench.stamp(.stable, at: moment, unique: UInt64(number))
                return Feedback(
                    reference: .request(stamp.text(signedWith: key), row: 0),
                    label: .number(0.5),
                    prediction: Prediction(value: .number(0.25))
                )
            }

            #expect(try bench.record(Array(items.dropLast(20))).allSatisfy { $0 == .counted })
            #expect(try bench.labelCounts() == ["labels": 2_480, "cells": 2, "labelled": 2_480, "pending": 0])
            for item in items.suffix(20) { #expect(try bench.record([item]) == [.counted]) }
            #expect(try bench.labelCounts() == ["labels": 2_500, "cells": 2, "labelled": 2_500, "pending": 0])
        }
    }
}

extension Workbench {
    func record(_ items: [Feedback]) throws -> [FeedbackResult] {
        try self.feedback.record(items, model: Self.model).map(\.result)
    }

    func makePendingDue() throws {
        try self.pool.withConnection { connection in
            try connection.execute(
                script: "UPDATE pending_feedback SET next_look_at = now() WHERE next_look_at IS NOT NULL"
            )
        }
    }
}
