import Foundation
import RolloutCore

/// The last route snapshot on disk, so that a gateway serves after its own restart with the control plane away.
struct SnapshotFile {
    private let file: KeptFile

    init(path: String) { self.file = KeptFile(path: path) }

    /// The snapshot that was saved last, or nil when there is no file.
    func load() throws -> RouteSnapshot? {
        try self.file.load().map { try JSONDecoder().decode(RouteSnapshot.self, from: $0) }
    }

    func save(_ snapshot: RouteSnapshot) throws { try self.file.save(try JSONEncoder().encode(snapshot)) }
}
