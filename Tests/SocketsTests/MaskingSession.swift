import Glibc

@testable import Sockets

/// A secure session for tests: every octet goes over the wire with its bits turned round, and it waits for whatever a test wants.
final class MaskingSession: SecureSession {
    /// What a peer that ends its stream in an orderly way sends last; content never holds it.
    static let closeMark: UInt8 = 0xFF

    private let descriptor: CInt
    /// What the handshake waits for, one after the other, before it is done.
    private var waits: [SecureHandshake]
    private var isWaiting = false
    /// Content that was read from the descriptor and not handed out.
    private var content: [UInt8] = []
    private var hasClosed = false
    /// Octets that one call takes or hands out.
    var limit = 20_000
    /// The next read must be answered first.
    var readAwaitsOutput = false
    /// The next write must hear from the peer first, one octet.
    var writeAwaitsInput = false

    init(_ descriptor: CInt, handshake waits: [SecureHandshake] = []) {
        self.descriptor = descriptor
        self.waits = waits
    }

    static func masked(_ bytes: [UInt8]) -> [UInt8] { bytes.map { ~$0 } }

    func handshake() -> SecureHandshake {
        while let wait = self.waits.first {
            switch wait {
            case .done: break
            case .wantsRead:
                guard let byte = self.receive(atMost: 1)?.first else { return wait }
                if byte == Self.closeMark { return .failed("the peer doesn't want to") }
                self.take(self.receive(atMost: 65_536) ?? [])
            case .wantsWrite:
                self.isWaiting.toggle()
                if self.isWaiting { return wait }
            case .failed: return wait
            }
            self.waits.removeFirst()
        }
        return .done
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> SecureRead {
        if self.readAwaitsOutput {
            self.readAwaitsOutput = false
            return .wantsWrite
        }
        if self.content.isEmpty, !self.hasClosed {
            guard let bytes = self.receive(atMost: 65_536) else { return .wouldBlock }
            if bytes.isEmpty { return .failed("the stream was cut") }
            self.take(bytes)
        }
        if self.content.isEmpty { return .closed }
        let count = min(self.limit, self.content.count, buffer.count)
        buffer.copyBytes(from: self.content[..<count])
        self.content.removeFirst(count)
        return .bytes(count)
    }

    func write(_ bytes: RawSpan) -> SecureWrite {
        if self.writeAwaitsInput {
            guard self.receive(atMost: 1) != nil else { return .wantsRead }
            self.writeAwaitsInput = false
        }
        var masked: [UInt8] = []
        masked.append(contentsOf: bytes.extracting(first: min(self.limit, bytes.byteCount)))
        masked = Self.masked(masked)
        let count = send(self.descriptor, masked, masked.count, Int32(MSG_NOSIGNAL))
        if count > 0 { return .bytes(count) }
        return errno == EAGAIN ? .wouldBlock : .failed("errno \(errno)")
    }

    var hasBufferedInput: Bool { !self.content.isEmpty }

    func close() {
        var mark = Self.closeMark
        _ = send(self.descriptor, &mark, 1, Int32(MSG_NOSIGNAL))
    }

    /// - Returns: nil when there is nothing yet; empty at the end of the stream.
    private func receive(atMost limit: Int) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = recv(self.descriptor, &buffer, limit, 0)
        return count < 0 ? nil : Array(buffer[..<count])
    }

    private func take(_ bytes: [UInt8]) {
        self.hasClosed = self.hasClosed || bytes.contains(Self.closeMark)
        self.content += Self.masked(bytes.filter { $0 != Self.closeMark })
    }
}
