import Glibc

/// Bytes on their way to a non-blocking socket.
struct ByteQueue {
    enum Progress {
        /// Everything is sent, or the socket takes no more for now.
        case open
        /// The other end has gone.
        case broken
    }

    var bytes: [UInt8] = []
    private var sent = 0

    var count: Int { bytes.count - sent }
    var isEmpty: Bool { count == 0 }

    mutating func flush(to socket: CInt) -> Progress {
        while !isEmpty {
            let count = bytes.withUnsafeBytes { send(socket, $0.baseAddress! + sent, self.count, Self.flags) }
            if count < 0 {
                if errno == EINTR { continue }
                guard errno == EAGAIN else { return .broken }
                forgetSent()
                return .open
            }
            sent += count
        }
        bytes.removeAll(keepingCapacity: true)
        sent = 0
        return .open
    }

    /// A queue that never runs empty must not keep all that ever went through it; small amounts are not worth moving the
    /// rest.
    private mutating func forgetSent() {
        guard sent >= Self.forgetThreshold else { return }
        bytes.removeFirst(sent)
        sent = 0
    }

    private static let forgetThreshold = 65_536
    private static let flags = CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)
}
