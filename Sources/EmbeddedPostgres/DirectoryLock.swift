import Foundation
import Glibc

/// The claim of one process on a directory: a `flock` on a file in it, which the kernel ends with the process.
final class DirectoryLock: Sendable {
    static let fileName = "serin.lock"

    private let file: FileHandle

    /// Takes the lock or says who has it.
    init(directory: String) throws(EmbeddedPostgresError) {
        let path = "\(directory)/\(Self.fileName)"
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        guard let file = FileHandle(forUpdatingAtPath: path) else {
            throw .fileSystem(path: path, reason: "can't be opened for writing")
        }
        guard flock(file.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Int32(String(decoding: file.availableData, as: UTF8.self).prefix { $0.isNumber })
            throw .directoryInUse(path: directory, process: holder)
        }
        self.file = file
        do {
            try file.truncate(atOffset: 0)
            try file.write(contentsOf: Data("\(getpid())\n".utf8))
        } catch {
            throw .fileSystem(path: path, reason: "\(error)")
        }
    }

    func release() {
        try? file.close()
    }
}
