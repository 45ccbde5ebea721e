import TestSupport
import Testing

extension EndToEnd {
    @Suite("serin migrate")
    struct MigrateTests {
        @Test("A fresh database goes up, stays up, and comes down again")
        func upAndDown() async throws {
            try await TestDatabase.withDatabase { url in
                try await Scenario.run { scenario in
                    let pending = try await scenario.run(["migrate", "status", "--database-url", url])
                    #expect(pending.ending == .exit(code: 0))
                    let titles = pending.output.split(separator: "\n").map { $0.split(separator: " ")[0] }
                    #expect(titles.count >= 8)
                    #expect(
                        pending.output.split(separator: "\n").allSatisfy { $0.hasSuffix("pending") },
                        "\(pending.output)"
                    )

                    let up = try await scenario.run(["migrate", "up", "--database-url", url])
                    #expect(up.ending == .exit(code: 0))
                    #expect(up.output.split(separator: "\n").map { String($0) } == titles.map { "applied \($0)" })
                    let again = try await scenario.run(["migrate", "up", "--database-url", url])
                    #expect(again.ending == .exit(code: 0))
                    #expect(again.output == "nothing to apply\n")
                    let applied = try await scenario.run(["migrate", "status", "--database-url", url])
                    #expect(!applied.output.contains("pending"), "\(applied.output)")

                    let down = try await scenario.run(["migrate", "down", "--to", "0", "--database-url", url])
                    #expect(down.ending == .exit(code: 0))
                    #expect(
                        down.output.split(separator: "\n").map { String($0) }
                            == titles.reversed().map { "took back \($0)" }
                    )
                    let last = try await scenario.run(["migrate", "status", "--database-url", url])
                    #expect(last.output == pending.output)
                }
            }
        }

        @Test("A controller refuses a database that was not migrated, and says what to do")
        func unmigrated() async throws {
            try await TestDatabase.withDatabase { url in
                try await Scenario.run { scenario in
                    let refused = try await scenario.run([
                        "controller", "--control", "127.0.0.1:0", "--data-dir", scenario.path("none"), "--database-url",
                        url,
                    ])
                    #expect(refused.ending == .exit(code: 1))
                    #expect(refused.output.contains("migrate up"), "\(refused.output)")
                }
            }
        }
    }
}
