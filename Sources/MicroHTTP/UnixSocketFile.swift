import CMicroHTTPD
import Glibc
import Synchronization

/// The file of a listening unix socket, which one process at a time may own.
///
/// A killed process leaves its socket behind. Who owns the lock beside it, which the kernel takes back with the process, knows that
/// and may replace it. The lock itself stays: a lock that is removed can be held by two.
final class UnixSocketFile: Sendable {
    let address: UnixSocketPath
    private let lock: CInt
    private let isRemoved = Mutex(false)

    /// Takes the place, and clears it of what a dead owner left.
    init(_ path: String) throws(HTTPServerError) {
        guard let address = UnixSocketPath(path) else {
            let limit = "a socket's path has 1 to \(UnixSocketPath.maximumBytes) bytes; choose a shorter one"
            throw .cannotListenAtPath(path, reason: limit)
        }
        let lock = open(path + ".lock", O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else { throw .cannotListenAtPath(path, reason: String(cString: strerror(errno))) }
        do throws(HTTPServerError) {
            guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
                throw .cannotListenAtPath(path, reason: "another process listens there")
            }
            try Self.clear(address)
        } catch {
            close(lock)
            throw error
        }
        self.address = address
        self.lock = lock
    }

    deinit { self.remove() }

    /// Gives the place up; whoever is connected stays so.
    func remove() {
        let isFirst = self.isRemoved.withLock { isRemoved in
            defer { isRemoved = true }
            return !isRemoved
        }
        guard isFirst else { return }
        unlink(self.address.path)
        close(self.lock)
    }

    func failure() -> HTTPServerError {
        .cannotListenAtPath(self.address.path, reason: String(cString: strerror(errno)))
    }

    /// Removes a socket that nobody answers at, and nothing else.
    private static func clear(_ address: UnixSocketPath) throws(HTTPServerError) {
        var status = stat()
        guard lstat(address.path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw .cannotListenAtPath(address.path, reason: "there is something that is no socket, which is left alone")
        }
        let (descriptor, _) = address.connected()
        guard descriptor < 0 else {
            close(descriptor)
            throw .cannotListenAtPath(address.path, reason: "another program answers there")
        }
        unlink(address.path)
    }
}
