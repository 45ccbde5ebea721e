import PostgresClient
import TestSupport
import Testing

@Suite("A listener")
struct PostgresListenerTests {
    @Test("hears what is sent on its channels once it is committed, and nothing else")
    func notifications() throws {
        try TestDatabase.withDatabase { url in
            let configuration = PostgresConfiguration(url: url)
            let listener = try PostgresListener(configuration, channels: ["routes", "Odd \"name\""])
            let sender = try PostgresConnection(configuration)
            #expect(try listener.wait(timeout: .zero).isEmpty)
            try sender.execute(script: "NOTIFY other, 'x'; NOTIFY routes, '7'; NOTIFY \"Odd \"\"name\"\"\"")
            var heard: [PostgresNotification] = []
            let deadline = ContinuousClock.now.advanced(by: .seconds(5))
            while heard.count < 2, ContinuousClock.now < deadline { heard += try listener.wait(timeout: .seconds(1)) }
            #expect(
                heard == [
                    PostgresNotification(channel: "routes", payload: "7", sender: sender.serverProcess),
                    PostgresNotification(channel: "Odd \"name\"", payload: "", sender: sender.serverProcess),
                ]
            )
            try listener.verify()
        }
    }

    @Test("whose connection is ended says so")
    func lost() throws {
        try TestDatabase.withDatabase { url in
            let configuration = PostgresConfiguration(url: url, applicationName: "the listener")
            let listener = try PostgresListener(configuration, channels: ["routes"])
            let other = try PostgresConnection(PostgresConfiguration(url: url))
            try other.execute(
                PostgresStatement(
                    "terminate_listener",
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = $1"
                ),
                [.text("the listener")]
            )
            let error = try #require(throws: PostgresError.self) { try listener.wait(timeout: .seconds(5)) }
            #expect(error.isRetryable)
        }
    }
}
