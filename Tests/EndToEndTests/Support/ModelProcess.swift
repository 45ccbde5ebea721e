import Foundation

/// A running `serin demo-model`.
struct ModelProcess: Sendable {
    struct Counts: Decodable {
        let succeeded: Int
        let failed: Int
        let refused: Int

        var total: Int { self.succeeded + self.failed + self.refused }
    }

    private struct Stats: Decodable {
        let counts: Counts
    }

    let version: String
    let port: Int
    let process: ChildProcess

    /// What the server itself has counted.
    func counts() async throws -> Counts {
        let stats: Stats = try await ControlCaller(port: self.port).get("/stats")
        return stats.counts
    }
}
