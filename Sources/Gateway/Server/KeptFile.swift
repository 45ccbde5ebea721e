import Foundation
import Glibc

/// A value in a small file, so that it lasts through a restart of the gateway with the control plane away.
///
/// The file is replaced as a whole: whoever reads sees the old value or the new one, also after a crash.
struct KeptFile<Value: Codable> {
    let path: String

    /// The value that was saved last; nil when there is no file.
    func load() throws -> Value? {
        guard FileManager.default.fileExists(atPath: self.path) else { return nil }
        return try JSONDecoder().decode(Value.self, from: Data(contentsOf: URL(fileURLWithPath: self.path)))
    }

    /// Returns when the value would survive a loss of power.
    func save(_ value: Value) throws {
        let content = try JSONEncoder().encode(value)
        let temporary = self.path + ".new"
        _ = FileManager.default.createFile(atPath: temporary, contents: nil, attributes: [.posixPermissions: 0o600])
        try Self.synchronised(temporary) { try $0.write(contentsOf: content) }
        guard unsafe rename(temporary, self.path) == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
        try self.synchroniseDirectory()
    }

    private static func synchronised(_ path: String, _ write: (FileHandle) throws -> Void) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        do {
            try write(file)
            try file.synchronize()
            try file.close()
        } catch {
            try? file.close()
            throw error
        }
    }

    /// The new name is an entry of the directory, which is written apart from the file.
    private func synchroniseDirectory() throws {
        let directory = URL(fileURLWithPath: self.path).deletingLastPathComponent().path
        let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }
}
