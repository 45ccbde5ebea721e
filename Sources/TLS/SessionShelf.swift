import COpenSSL
import Synchronization

/// Sessions with upstreams that a later connection may resume, which saves it the costly part of a handshake.
final class SessionShelf: Sendable {
    /// The host and port that a session was verified for.
    struct Place: Hashable, Sendable {
        let host: String
        let port: UInt16
    }

    /// A ticket of TLS 1.3 is used once, so as many are kept as connections tend to be opened at one time.
    private static let depth = 8
    /// Upstreams that are gone leave theirs behind; from here on everything is forgotten.
    private static let placeLimit = 1_024

    private let sessions = Mutex<[Place: [SharedHandle]]>([:])

    func put(_ session: SharedHandle, at place: Place) {
        self.sessions.withLock { sessions in
            if sessions.count >= Self.placeLimit, sessions[place] == nil { sessions = [:] }
            var kept = sessions[place] ?? []
            if kept.count >= Self.depth { kept.removeFirst() }
            kept.append(session)
            sessions[place] = kept
        }
    }

    /// The newest one; it stays where the protocol lets it be used again.
    func take(at place: Place) -> SharedHandle? {
        self.sessions.withLock { sessions in
            guard let newest = sessions[place]?.popLast() else { return nil }
            if SSL_SESSION_get_protocol_version(newest.pointer) < TLS1_3_VERSION { sessions[place]?.append(newest) }
            return newest
        }
    }
}
