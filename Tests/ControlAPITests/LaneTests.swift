import ControlWire
import PostgresClient
import RolloutCore
import Testing

@Suite("Lanes")
struct LaneTests {
    /// As many requests as the main lane runs and lets wait.
    private static let mainLane = 4 + 256

    @Test("With the main lane stuck, health and rollbacks go on, and the queue has an end")
    func stuck() throws {
        try ControlBench.with(patience: .seconds(60)) { bench in
            try bench.openRollout("stuck")
            try bench.openRollout("free")

            var waiting: [RawConnection] = []
            try bench.holding("stuck") {
                for _ in 0..<Self.mainLane {
                    let connection = try bench.connection()
                    connection.send(Self.promote)
                    waiting.append(connection)
                }
                #expect(try eventually { try bench.get("/metrics").text.contains(Self.fullQueue) })

                let overload = try bench.get("/v1/models")
                let health = try bench.get("/healthz")
                let ready = try bench.get("/readyz")
                let rollback = try bench.order("rollback", "free")

                _ = try overload.problem(status: 503, type: "urn:serin:problem:service-overloaded")
                #expect(health.status == 200 && health.text == "ok\n")
                #expect(ready.status == 200)
                #expect(try rollback.decoded(CommandResponse.self).changed)
            }
            for connection in waiting {
                let answer = try #require(try connection.answer())
                _ = try answer.problem(status: 409, type: "urn:serin:problem:no-traffic")
            }
            #expect(try bench.get("/v1/models").status == 200)
        }
    }

    private static let promote = ControlBench.text(
        "POST",
        "/v1/models/stuck/promote",
        headers: ["Content-Type: application/json"],
        body: #"{"reason":"because"}"#
    )

    private static let fullQueue = #"serin_control_lane_waiting{lane="main"} 256"#

    @Test("A rollback of a model that somebody else holds is answered when the lock's time is over")
    func heldModel() throws {
        try ControlBench.with(patience: .milliseconds(200)) { bench in
            try bench.openRollout()
            let before = try bench.rowCounts()

            try bench.holding("digits") {
                let answer = try bench.order("rollback")
                _ = try answer.problem(status: 503, type: "urn:serin:problem:store-unavailable")
            }

            #expect(try bench.rowCounts() == before)
            #expect(try bench.order("rollback").decoded(CommandResponse.self).changed)
        }
    }
}

extension ControlBench {
    /// Runs `body` while another connection holds the model's row: whoever wants to change the model waits.
    fileprivate func holding(_ model: String, _ body: () throws -> Void) throws {
        try self.inspector.withConnection { connection in
            try connection.transaction(isolation: .readCommitted, access: .readWrite) { transaction in
                _ = try transaction.query(Self.holdModel, [.text(model)])
                try body()
            }
        }
    }

    private static let holdModel = PostgresStatement(
        "test_hold_model",
        "SELECT name FROM models WHERE name = $1 FOR UPDATE"
    )
}
