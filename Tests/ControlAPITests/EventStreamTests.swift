import ControlAPI
import ControlWire
import PostgresClient
import RolloutCore
import RolloutEngine
import Testing

@Suite("Events")
struct EventStreamTests {
    private static let story = [
        "modelCreated", "versionRegistered", "stableAppointed", "versionRegistered", "rolloutStarted",
    ]

    @Test("A follower gets what is committed from now on, in order, as server-sent events")
    func fromNowOn() throws {
        try ControlBench.with { bench in
            try bench.openRollout("before")
            let reader = try EventReader(bench)

            let id = try bench.openRollout()
            let events = try reader.next(5)

            #expect(reader.head.status == 200)
            #expect(reader.head.headers["content-type"] == "text/event-stream")
            #expect(reader.head.headers["cache-control"] == "no-store")
            #expect(events.map(\.kind) == Self.story)
            #expect(events.map(\.event.kind) == Self.story)
            #expect(events.allSatisfy { $0.event.model.text == "digits" && $0.event.id == $0.id })
            #expect(events.map(\.id) == events.map(\.id).sorted() && Set(events.map(\.id)).count == 5)
            #expect(events.last?.event.rollout?.number == id)
        }
    }

    @Test("A follower that comes back gets what it missed, by its header before its query")
    func resumption() throws {
        try ControlBench.with { bench in
            try bench.openRollout()
            let all = try EventReader(bench, "?after=0").next(5)

            let byQuery = try EventReader(bench, "?after=\(all[1].id)")
            let byHeader = try EventReader(bench, "?after=0", lastEventID: all[3].id)

            #expect(all.map(\.kind) == Self.story)
            #expect(try byQuery.next(3) == Array(all[2...]))
            #expect(try byHeader.next() == all[4])
            _ = try bench.order("pause")
            #expect(try byQuery.next().kind == "rolloutPaused")
            #expect(try byHeader.next().kind == "rolloutPaused")
        }
    }

    @Test("A follower of one model sees that one only")
    func filter() throws {
        try ControlBench.with { bench in
            let reader = try EventReader(bench, "?model=b&after=0")

            try bench.openRollout("a")
            try bench.openRollout("b")
            try bench.openRollout("c")
            _ = try bench.order("pause", "b")

            let events = try reader.next(6)
            #expect(events.map(\.kind) == Self.story + ["rolloutPaused"])
            #expect(events.allSatisfy { $0.event.model.text == "b" })
        }
    }

    @Test("Many followers all get the same")
    func many() throws {
        try ControlBench.with { bench in
            let readers = try (0..<60).map { _ in try EventReader(bench) }

            try bench.openRollout()

            let expected = try readers[0].next(5)
            for reader in readers.dropFirst() { #expect(try reader.next(5) == expected) }
        }
    }

    @Test("However much a follower missed, it gets all of it, each event once")
    func longHistory() throws {
        try ControlBench.with { bench in
            let count = 600
            try bench.writeEvents(count, message: String(repeating: "€", count: 1_000))

            let events = try EventReader(bench, "?after=0").next(count)

            #expect(events.count == count)
            #expect(zip(events, events.dropFirst()).allSatisfy { $0.id < $1.id })
        }
    }

    @Test("A follower that does not read is cut off; the others are not held up")
    func slow() throws {
        try ControlBench.with { bench in
            let slow = try EventReader(bench, receiveBuffer: 4_096)
            let quick = try EventReader(bench)
            let last = 2_000
            try bench.writeEvents(last, message: String(repeating: "m", count: 2_000))

            let events = try quick.next(last)

            #expect(zip(events, events.dropFirst()).allSatisfy { $0.id < $1.id })
            var received = 0
            #expect(throws: EventReader.Ended.self) {
                while true {
                    _ = try slow.next()
                    received += 1
                }
            }
            #expect(received < last)
        }
    }

    @Test("The end of the server ends every stream")
    func stop() throws {
        try ControlBench.with { bench in
            let readers = try (0..<5).map { _ in try EventReader(bench) }
            try bench.openRollout()
            for reader in readers { _ = try reader.next(5) }

            bench.server.stop()

            for reader in readers { #expect(throws: EventReader.Ended.self) { try reader.next() } }
        }
    }

    @Test("Over an outage of the database the streams stay open, and nothing is lost or told twice")
    func outage() throws {
        try ControlBench.with { bench in
            let reader = try EventReader(bench)
            try bench.openRollout("a")
            let before = try reader.next(5)

            try bench.withoutDatabase {
                #expect(try bench.get("/readyz").status == 503)
                let refused = try bench.get("/v1/events")
                _ = try refused.problem(status: 503, type: "urn:serin:problem:store-unavailable")
            }
            try bench.openRollout("b")

            let after = try reader.next(5)
            #expect(after.map(\.kind) == Self.story)
            #expect(after.allSatisfy { $0.event.model.text == "b" })
            #expect(before.last!.id < after[0].id)
        }
    }

    @Test("Streams are bounded: one more than the limit is told to come again, and a place that becomes free is given")
    func limit() throws {
        try ControlBench.with { bench in
            var readers = try (0..<256).map { _ in try EventReader(bench) }

            let refused = try bench.get("/v1/events")

            _ = try refused.problem(status: 503, type: "urn:serin:problem:too-many-followers")
            readers.removeLast(10)
            // The server notices that a client has gone when it sends to it.
            try bench.openRollout()
            _ = try bench.order("pause")
            for reader in readers { _ = try reader.next(6) }
            let accepted = try eventually { try EventReader(bench).head.status == 200 }
            #expect(accepted)
        }
    }
}

extension ControlBench {
    /// Commits events of a model as if commands had caused them.
    func writeEvents(_ count: Int, message: String) throws {
        _ = try self.post("/v1/models", #"{"name":"chatty"}"#)
        _ = try self.inspector.withConnection { connection in
            try connection.execute(Self.insertEvents, [.text(message), .int64(Int64(count))])
        }
    }

    private static let insertEvents = PostgresStatement(
        "test_insert_events",
        """
        WITH inserted AS (
            INSERT INTO events (occurred_at, kind, model, message)
            SELECT now(), 'rolloutPaused', 'chatty', $1 FROM generate_series(1, $2) RETURNING id
        ) SELECT count(*), pg_notify('serin_events', '') FROM inserted
        """
    )
}
