import Testing

@testable import Sockets

@Suite("Pending bytes")
struct PendingBytesTests {
    private func append(_ text: String, to pending: inout PendingBytes) {
        Array(text.utf8).withUnsafeBytes { pending.append($0) }
    }

    private func text(_ pending: PendingBytes) -> String {
        pending.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    @Test("Bytes leave in the order in which they came, in pieces of any size")
    func order() {
        var pending = PendingBytes()
        var expected = ""
        for number in 0..<500 {
            let piece = "\(number * number),"
            self.append(piece, to: &pending)
            expected += piece
            let gone = min(number % 7, pending.count)
            pending.removeFirst(gone)
            expected.removeFirst(gone)
            #expect(pending.count == expected.utf8.count)
        }
        #expect(self.text(pending) == expected)
        pending.removeFirst(pending.count)
        #expect(pending.isEmpty)
    }
}
