import CSockets
import Glibc

// MARK: - Sending

extension StreamSocket {
    /// Sends `bytes`, at once as far as the kernel takes them; the rest is copied and goes out when it can.
    package func send(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { self.send($0) }
    }

    /// Sends a message that is put together here, and `body` behind it, in one system call.
    ///
    /// - Parameters:
    ///   - capacity: Bytes that `compose` writes at most.
    ///   - compose: Must not send anything itself.
    package func send(
        reserving capacity: Int,
        before body: RawSpan = RawSpan(),
        _ compose: (inout OutputRawSpan) -> Void
    ) {
        let joined = body.byteCount <= Self.joinLimit || self.session != nil ? body.byteCount : 0
        self.loop.withComposition(capacity: capacity + joined) { memory in
            var output = OutputRawSpan(buffer: memory, initializedCount: 0)
            compose(&output)
            let count = output.finalize(for: memory)
            precondition(count + joined <= memory.count, "a message is no longer than was said")
            body.withUnsafeBytes { body in
                if joined == body.count {
                    if let start = body.baseAddress, let end = memory.baseAddress {
                        (end + count).copyMemory(from: start, byteCount: body.count)
                    }
                    self.send(UnsafeRawBufferPointer(rebasing: memory[..<(count + body.count)]))
                } else {
                    self.send(UnsafeRawBufferPointer(rebasing: memory[..<count]), body)
                }
            }
        }
    }

    private func send(_ bytes: UnsafeRawBufferPointer) {
        guard self.canSend, !bytes.isEmpty else { return }
        let sent = self.pending.isEmpty ? self.transmit(bytes) : 0
        if sent == bytes.count { return }
        self.keep(UnsafeRawBufferPointer(rebasing: bytes[sent...]), UnsafeRawBufferPointer(start: nil, count: 0))
    }

    private func send(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) {
        guard self.canSend else { return }
        var sent = 0
        if self.pending.isEmpty {
            let result = cs_send_two(self.descriptor, first.baseAddress, first.count, second.baseAddress, second.count)
            if result >= 0 { sent = result } else { self.sendingFailed(CInt(-result)) }
        }
        if sent == first.count + second.count { return }
        let rest = max(0, sent - first.count)
        self.keep(
            UnsafeRawBufferPointer(rebasing: first[min(sent, first.count)...]),
            UnsafeRawBufferPointer(rebasing: second[rest...])
        )
    }

    /// Copies what the kernel has not taken.
    private func keep(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) {
        guard self.canSend else { return }  // Sending has just failed.
        self.pending.append(first)
        self.pending.append(second)
        self.awaitsWritable = !self.secured.writeAwaitsInput
        self.updateWatch()
        if self.pending.count > Self.highWatermark { self.setWritable(false) }
    }

    /// Hands bytes to the kernel, or to the session.
    ///
    /// - Returns: How many were taken; 0 also when sending has failed, which has then been noted.
    private func transmit(_ bytes: UnsafeRawBufferPointer) -> Int {
        if let session = self.session { return self.transmit(bytes, session) }
        let result = cs_send(self.descriptor, bytes.baseAddress, bytes.count)
        if result >= 0 { return result }
        self.sendingFailed(CInt(-result))
        return 0
    }

    private func sendingFailed(_ code: CInt) {
        if code != EAGAIN { self.outputFailed(SocketError(.send, code)) }
    }

    func becameWritable() {
        if self.session != nil, self.secured.readAwaitsOutput {
            self.secured.readAwaitsOutput = false
            self.awaitsWritable = !self.pending.isEmpty
            if self.isReading { self.receiveSecured() }
            guard self.isOpen else { return }
        }
        self.flush()
    }

    /// Sends what is pending, as far as the kernel takes it.
    func flush() {
        self.secured.writeAwaitsInput = false
        while self.canSend, !self.pending.isEmpty {
            let sent = self.pending.withBytes { self.transmit($0) }
            // A session can break behind the part that it took, and then nothing is pending any more.
            if sent == 0 || self.outputFailure != nil { break }
            self.pending.removeFirst(sent)
        }
        guard self.isOpen else { return }
        self.awaitsWritable = (!self.pending.isEmpty && !self.secured.writeAwaitsInput) || self.secured.readAwaitsOutput
        self.updateWatch()
        if self.pending.count < Self.lowWatermark { self.setWritable(true) }
        if self.pending.isEmpty, self.isOpen { self.owner?.drained() }
    }
}
