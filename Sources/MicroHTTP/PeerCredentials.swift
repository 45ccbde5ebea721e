import CMicroHTTPD
import Glibc

/// Who is at the other end of a unix socket, as the kernel has it: nobody can pretend to be somebody else.
package struct PeerCredentials: Sendable, Equatable {
    package let userID: UInt32
    package let processID: Int32

    package init(userID: UInt32, processID: Int32) {
        self.userID = userID
        self.processID = processID
    }

    /// - Returns: nil for a socket that has no such peer.
    init?(of descriptor: CInt) {
        var credentials = microhttpd_credentials()
        guard microhttpd_peer_credentials(descriptor, &credentials) != 0 else { return nil }
        self.init(userID: credentials.user, processID: credentials.process)
    }

    /// The account's name; `uid 1000` where the system knows none.
    package var userName: String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
            guard getpwuid_r(self.userID, &entry, buffer.baseAddress!, buffer.count, &found) == 0, found != nil,
                let name = entry.pw_name
            else { return "uid \(self.userID)" }
            return String(cString: name)
        }
    }
}
