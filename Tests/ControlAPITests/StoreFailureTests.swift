import ControlWire
import PostgresClient
import Testing

@Suite("A store that fails")
struct StoreFailureTests {
    private static let requests: [(method: String, target: String, body: String?)] = [
        ("GET", "/v1/models", nil),
        ("GET", "/v1/models/digits", nil),
        ("GET", "/v1/models/digits/versions", nil),
        ("GET", "/v1/rollouts/1/evidence", nil),
        ("POST", "/v1/models", #"{"name":"another"}"#),
        ("POST", "/v1/models/digits/versions", #"{"version":"9","upstreams":["http://127.0.0.1:1"]}"#),
        ("POST", "/v1/models/digits/rollback", #"{"reason":"because"}"#),
    ]

    @Test("With the database away every request is a 503 that says what to do and shows nothing of the inside")
    func outage() throws {
        try ControlBench.with { bench in
            try bench.openRollout()
            let before = try bench.rowCounts()

            try bench.withoutDatabase {
                for request in Self.requests {
                    let headers = request.body == nil ? [] : ["Content-Type: application/json"]
                    let answer = try bench.request(request.method, request.target, headers: headers, body: request.body)

                    let problem = try answer.problem(status: 503, type: "urn:serin:problem:store-unavailable")
                    #expect(problem.detail.contains("repeat"))
                    try Self.expectDiscretion(answer)
                }
            }

            #expect(try bench.rowCounts() == before)
            #expect(try bench.order("rollback").decoded(CommandResponse.self).changed)
        }
    }

    @Test("Bad input is told apart from an outage even with the database away")
    func badInputFirst() throws {
        try ControlBench.with { bench in
            try bench.withoutDatabase {
                let answer = try bench.post("/v1/models", #"{"name":"a/b"}"#)
                _ = try answer.problem(status: 422, type: "urn:serin:problem:invalid-value")
            }
        }
    }

    @Test("What is stored and cannot be read is a fault of ours: no client is told to mend it")
    func unreadableRow() throws {
        try ControlBench.with { bench in
            try bench.openRollout()
            try bench.inspector.withConnection { connection in
                try connection.execute(
                    script: """
                        ALTER TABLE versions DISABLE TRIGGER USER;
                        UPDATE versions SET specification = jsonb_set(specification, '{upstreams}', '["gopher://x"]');
                        """
                )
            }

            let answer = try bench.get("/v1/models/digits")

            let problem = try answer.problem(status: 500, type: "urn:serin:problem:internal")
            #expect(problem.pointer == nil)
            try Self.expectDiscretion(answer)
            #expect(!answer.text.contains("gopher"))
        }
    }

    private static func expectDiscretion(_ answer: Answer) throws {
        for word in [
            "SELECT", "INSERT", "postgres", "PostgresError", "57P01", "serin_test", "/tmp/", ".swift", "FATAL",
        ] {
            #expect(!answer.text.contains(word), "\(answer.text)")
        }
    }
}
