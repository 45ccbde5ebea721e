import Glibc
import Testing

@testable import MicroHTTP

@Suite("Byte queue")
struct ByteQueueTests {
    @Test("What was sent is forgotten although the queue never runs empty, and everything arrives in order")
    func sentBytes() {
        var ends: [CInt] = [-1, -1]
        #expect(socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { for end in ends { close(end) } }
        var queue = ByteQueue()
        var next: UInt8 = 0
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 100_000)
        for _ in 1...8 {
            queue.bytes += (0..<500_000).map { _ in
                next &+= 1
                return next
            }
            #expect(queue.flush(to: ends[0]) == .open)
            #expect(!queue.isEmpty)
            #expect(queue.bytes.count < queue.count + 65_536)
            received += buffer[..<recv(ends[1], &buffer, buffer.count, 0)]
        }
        while !queue.isEmpty || received.count < 4_000_000 {
            #expect(queue.flush(to: ends[0]) == .open)
            let count = recv(ends[1], &buffer, buffer.count, 0)
            if count <= 0 { break }
            received += buffer[..<count]
        }

        #expect(received.count == 4_000_000)
        #expect(received.indices.allSatisfy { received[$0] == UInt8(truncatingIfNeeded: $0 + 1) })
    }
}
