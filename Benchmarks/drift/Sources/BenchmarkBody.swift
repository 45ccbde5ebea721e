import Glibc
import Payloads
import RolloutCore

/// A request's body that is decoded and profiled over and over.
struct BenchmarkBody {
    /// Bytes decoded in one round of measurement, about.
    private static let volume = 64 << 20

    let name: String
    /// How often the body is read in one measurement.
    let rounds: Int
    private let exchange: PayloadExchange

    init(path: String) throws {
        guard let file = unsafe fopen(path, "r") else { throw BenchmarkError.unreadable(path) }
        defer { unsafe fclose(file) }
        var body: [UInt8] = []
        while case let byte = unsafe getc(file), byte != EOF { body.append(UInt8(truncatingIfNeeded: byte)) }
        guard !body.isEmpty else { throw BenchmarkError.unreadable(path) }
        self.name = path.split(separator: "/").last.map(String.init) ?? path
        self.rounds = max(2, Self.volume / body.count)
        self.exchange = PayloadExchange(
            path: "/invocations",
            request: PayloadMessage(contentType: "application/json", body: body),
            status: 400,
            response: PayloadMessage()
        )
    }

    /// Decodes all values, of which only a declared column is counted.
    func decode() throws -> Int64 {
        let column = SignalSource(body: .request, path: "absent")
        let declared = SignalDeclaration(name: try SignalName("x"), role: .feature, kind: .number, source: column)
        return self.inspect(ModelSignals(signals: [declared], maximumBodyBytes: 1 << 24))
    }

    /// Decodes and counts all values.
    func profile() -> Int64 { self.inspect(ModelSignals(maximumBodyBytes: 1 << 24)) }

    private func inspect(_ signals: ModelSignals) -> Int64 {
        var inspector = PayloadInspector(signals: signals)
        // Only an answered request makes signals of its columns.
        var answered = self.exchange
        answered.status = 200
        _ = inspector.inspect(answered)
        for _ in 1..<self.rounds { _ = inspector.inspect(self.exchange) }
        let (payloads, tallies) = inspector.drain()
        precondition(payloads.malformedRequests == 0, "the body is of a protocol that is known")
        return tallies.values.reduce(0) { $0 + $1.rows }
    }
}

enum BenchmarkError: Error {
    case unreadable(String)
}
