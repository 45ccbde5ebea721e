import Glibc

/// A system call on a socket failed.
package struct SocketError: Error, Hashable, Sendable, CustomStringConvertible {
    /// An errno.
    package let code: CInt
    /// What was tried.
    package let call: Call

    /// The calls that can fail.
    package enum Call: String, Hashable, Sendable {
        case loop, timer, socket, connect, listen, accept, receive, send, lookup, adopt
    }

    package init(_ call: Call, _ code: CInt) {
        self.call = call
        self.code = code
    }

    /// The machine or the process lacks what a connection needs; that says nothing about the peer.
    package var isShortage: Bool { Self.shortages.contains(self.code) }

    private static let shortages: Set<CInt> = [EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL]

    package var description: String { "\(self.call.rawValue): \(String(cString: strerror(self.code)))" }
}
