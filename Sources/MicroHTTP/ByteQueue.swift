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
                return errno == EAGAIN ? .open : .broken
            }
            sent += count
        }
        bytes.removeAll(keepingCapacity: true)
        sent = 0
        return .open
    }

    private static let flags = CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)
}
