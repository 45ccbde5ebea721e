import Dispatch
import PostgresClient
import Synchronization
import TestSupport
import Testing

@Suite("A pool")
struct PostgresPoolTests {
    private static let process = PostgresStatement("own_process", "SELECT pg_backend_pid() AS value")

    private func process(_ pool: PostgresPool) throws -> Int32 {
        try pool.withConnection { try $0.query(Self.process).exactlyOne().decode("value") }
    }

    @Test("lends the same connection again, and opens none before it is needed")
    func reuse() throws {
        try TestDatabase.withPool { pool in
            #expect(pool.occupancy == (open: 0, inUse: 0))
            let first = try process(pool)
            #expect(try process(pool) == first)
            #expect(pool.occupancy == (open: 1, inUse: 0))
        }
    }

    @Test("lets a caller wait no longer than its limit when all connections are in use")
    func exhaustion() throws {
        try TestDatabase.withPool(maximum: 1, waitLimit: .milliseconds(50)) { pool in
            try pool.withConnection { _ in
                let timeout = PostgresError.timeout(.pool(name: "test", connections: 1, after: .milliseconds(50)))
                #expect(throws: timeout) { try pool.withConnection { _ in } }
            }
            _ = try process(pool)
        }
    }

    @Test("never lends more than its maximum, however many ask, and serves all of them")
    func manyThreads() throws {
        try TestDatabase.withPool(maximum: 3, waitLimit: .seconds(30)) { pool in
            let lent = Mutex((now: 0, most: 0, served: 0))
            DispatchQueue.concurrentPerform(iterations: 200) { _ in
                try? pool.withConnection { connection in
                    lent.withLock { $0 = (now: $0.now + 1, most: max($0.most, $0.now + 1), served: $0.served) }
                    _ = try connection.query(Self.process)
                    lent.withLock { $0 = (now: $0.now - 1, most: $0.most, served: $0.served + 1) }
                }
            }
            let outcome = lent.withLock { $0 }
            #expect(outcome.served == 200)
            #expect(outcome.most <= 3)
            #expect(pool.occupancy.open <= 3)
            #expect(pool.occupancy.inUse == 0)
        }
    }

    @Test("hands a connection that comes back to the one who has waited longest")
    func handOver() throws {
        try TestDatabase.withPool(maximum: 1, waitLimit: .seconds(10)) { pool in
            let served = Mutex(false)
            let done = DispatchSemaphore(value: 0)
            let asking = DispatchSemaphore(value: 0)
            try pool.withConnection { _ in
                DispatchQueue.global().async {
                    asking.signal()
                    try? pool.withConnection { _ in served.withLock { $0 = true } }
                    done.signal()
                }
                asking.wait()
                #expect(!served.withLock { $0 })
            }
            #expect(done.wait(timeout: .now() + 10) == .success)
            #expect(served.withLock { $0 })
        }
    }

    @Test("replaces a connection that the server has ended, without its next user noticing")
    func terminated() throws {
        try TestDatabase.withDatabase { url in
            let pool = PostgresPool(name: "test", configuration: PostgresConfiguration(url: url), maximum: 1)
            let first = try process(pool)
            try TestDatabase.terminate(first, url: url)
            #expect(try process(pool) != first)
            #expect(pool.occupancy == (open: 1, inUse: 0))
            pool.close()
        }
    }

    @Test("closes a connection that comes back inside a transaction")
    func openTransaction() throws {
        try TestDatabase.withPool { pool in
            let first = try pool.withConnection { connection in
                try connection.execute(script: "BEGIN")
                return connection.serverProcess
            }
            #expect(pool.occupancy == (open: 0, inUse: 0))
            #expect(try process(pool) != first)
        }
    }

    @Test("keeps its place free when a connection can't be opened")
    func unreachableServer() throws {
        let listener = try LoopbackListener()
        let url = "host=127.0.0.1 port=\(listener.port) user=serin"
        listener.close()
        let pool = PostgresPool(name: "test", configuration: PostgresConfiguration(url: url), maximum: 1)
        for _ in 0..<3 {
            let error = #expect(throws: PostgresError.self) { try pool.withConnection { _ in } }
            #expect(error?.isRetryable == true)
        }
        #expect(pool.occupancy == (open: 0, inUse: 0))
    }

    @Test("that is closed lends nothing, and closes what comes back")
    func closing() throws {
        try TestDatabase.withPool { pool in
            try pool.withConnection { connection in
                pool.close()
                let rows = try connection.query(Self.process)
                #expect(rows.count == 1)
            }
            #expect(pool.occupancy == (open: 0, inUse: 0))
            #expect(throws: PostgresError.poolClosed(pool: "test")) { try pool.withConnection { _ in } }
        }
    }
}
