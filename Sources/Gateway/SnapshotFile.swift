import Foundation
import NIOCore
import NIOPosix
import RolloutCore

/// The last route snapshot on disk, so that a gateway serves after its own restart with the control plane away.
struct SnapshotFile {
    let path: String

    /// The snapshot that was saved last, or nil when there is no file.
    func load() throws -> RouteSnapshot? {
        guard FileManager.default.fileExists(atPath: self.path) else { return nil }
        let data = try Data(contentsOf: URL(fileURLWithPath: self.path))
        return try JSONDecoder().decode(RouteSnapshot.self, from: data)
    }

    /// Replaces the file as a whole: whoever reads sees the old snapshot or the new one, also after a crash.
    func save(_ snapshot: RouteSnapshot, on group: some EventLoopGroup) throws {
        let temporary = self.path + ".new"
        _ = FileManager.default.createFile(atPath: temporary, contents: nil, attributes: [.posixPermissions: 0o600])
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: temporary))
        do {
            try file.write(contentsOf: try JSONEncoder().encode(snapshot))
            try file.synchronize()
            try file.close()
        } catch {
            try? file.close()
            throw error
        }
        try NonBlockingFileIO(threadPool: .singleton)
            .rename(path: temporary, newName: self.path, eventLoop: group.next())
            .wait()
    }
}
