import Foundation
import ProxyCore

/// The ledger of trips on disk, so that a canary stays without traffic through a restart of the gateway.
struct TripFile {
    private let file: KeptFile

    init(path: String) { self.file = KeptFile(path: path) }

    /// The ledger that was saved last, or nil when there is no file.
    func load() throws -> TripLedger? {
        try self.file.load().map { try JSONDecoder().decode(TripLedger.self, from: $0) }
    }

    func save(_ ledger: TripLedger) throws { try self.file.save(try JSONEncoder().encode(ledger)) }
}
