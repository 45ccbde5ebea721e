import CMicroHTTPD
import Glibc

/// A path in the file system as the address of a socket.
struct UnixSocketPath {
    let path: String

    /// What fits into `sockaddr_un` with its closing zero.
    static let maximumBytes = 107

    /// - Returns: nil when the path is empty, holds a zero byte, or is too long for an address.
    init?(_ path: String) {
        guard !path.isEmpty, path.utf8.count <= Self.maximumBytes, !path.utf8.contains(0) else { return nil }
        self.path = path
    }

    func withAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: self.path.utf8) }
        return withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// A new socket that has tried to connect here.
    ///
    /// - Returns: The connected descriptor, or the error's number.
    func connected() -> (descriptor: CInt, error: CInt) {
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return (-1, errno) }
        guard self.withAddress({ connect(descriptor, $0, $1) }) == 0 else {
            let error = errno
            close(descriptor)
            return (-1, error)
        }
        return (descriptor, 0)
    }
}
