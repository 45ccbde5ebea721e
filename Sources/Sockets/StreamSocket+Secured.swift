import CSockets
import Glibc

/// What a secure session waits for, beyond what a plain socket does.
struct SecuredState {
    /// Writing goes on when something has arrived.
    var writeAwaitsInput = false
    /// Reading goes on when something can go out.
    var readAwaitsOutput = false
    /// `readSoon` was asked for.
    var readsSoon = false
}

// MARK: - Connections with a secure session

extension StreamSocket {
    func shakeHands() {
        guard let session = self.session else {
            self.end(.insecure("there is no memory for a session"))
            return
        }
        switch session.handshake() {
        case .done: self.handshakeDone()
        case .wantsRead:
            self.awaitsWritable = false
            self.updateWatch()
        case .wantsWrite:
            self.awaitsWritable = true
            self.updateWatch()
        case .failed(let reason): self.end(.insecure(reason))
        }
    }

    private func handshakeDone() {
        self.phase = .open
        self.awaitsWritable = false
        self.updateWatch()
        if let connected = self.connected {
            self.connected = nil
            connected(nil)
        } else {
            self.owner?.opened()
        }
        if self.isOpen, self.session?.hasBufferedInput == true { self.readSoon() }
    }

    /// Reads after the events at hand: the kernel doesn't know of what the session has in store.
    func readSoon() {
        if self.secured.readsSoon { return }
        self.secured.readsSoon = true
        self.loop.afterwards { [self] in
            self.secured.readsSoon = false
            if self.isOpen, self.isReading, !self.inputHasEnded { self.receiveSecured() }
        }
    }

    func receiveSecured() {
        guard let session = self.session else { return }
        let input = self.loop.input
        for _ in 0..<4 {
            switch session.read(into: input) {
            case .bytes(let count):
                self.owner?.received(UnsafeRawBufferPointer(rebasing: input[..<count]).bytes)
                guard self.isReading, self.isOpen else { return }
                if count < input.count && !session.hasBufferedInput { return }
            case .wouldBlock: return
            case .wantsWrite:
                self.secured.readAwaitsOutput = true
                self.awaitsWritable = true
                self.updateWatch()
                return
            case .closed:
                self.inputEnded()
                return
            case .failed(let reason):
                self.end(.insecure(reason))
                return
            }
        }
        if session.hasBufferedInput { self.readSoon() }
    }

    func transmit(_ bytes: UnsafeRawBufferPointer, _ session: any SecureSession) -> Int {
        var sent = 0
        while sent < bytes.count {
            switch session.write(UnsafeRawBufferPointer(rebasing: bytes[sent...]).bytes) {
            case .bytes(let count): sent += count
            case .wouldBlock: return sent
            case .wantsRead:
                self.secured.writeAwaitsInput = true
                return sent
            case .failed(let reason):
                self.sessionFailed(reason)
                return sent
            }
        }
        return sent
    }

    /// The session takes nothing more in either direction; told afterwards, as every failure to send.
    private func sessionFailed(_ reason: String) {
        self.outputFailure = SocketError(.send, EPROTO)
        self.pending.removeAll()
        self.loop.afterwards { self.end(.insecure(reason)) }
    }
}
