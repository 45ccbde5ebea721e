import CSockets
import Glibc

/// One non-blocking stream connection, watched by a loop and confined to its thread.
///
/// Nothing that it does waits, and nothing fails at once: what goes wrong is told to the owner by `closed` later, so that a
/// caller never finds itself closed in the middle of a call; only `close` and `reset` tell it before they return.
package final class StreamSocket: EventSource {
    enum Phase {
        /// Its owner has not started it.
        case ready
        case connecting
        case handshaking
        case open
        case closed
    }

    /// When that many bytes wait to go out, the socket is not writable until only `lowWatermark` are left.
    static let highWatermark = 65_536
    static let lowWatermark = 32_768
    /// Bytes of a body that are copied behind their head, rather than to tell the kernel of two places; up to about here
    /// that costs less.
    static let joinLimit = 8_192
    /// Reads in a row, as long as each fills the loop's buffer, before others have their turn.
    private static let readLimit = 4

    package let loop: SocketLoop
    /// Where the peer is; nil when that can't be told, as for a unix-domain client.
    package let remoteAddress: SocketAddress?
    private(set) var descriptor: CInt
    var owner: (any StreamOwner)?
    var phase: Phase
    private var registration: SocketLoop.Registration?
    /// What epoll was last told to look for.
    private var watched: UInt32 = 0
    /// The peer hung up while nothing was read; epoll would tell that again and again.
    private var isSuspended = false
    package private(set) var isReading = true
    /// The output waits for the kernel.
    var awaitsWritable = false
    private(set) var inputHasEnded = false
    private var outputHasEnded = false
    /// Sending failed: nothing goes out any more, but what the peer sent before may still be read.
    var outputFailure: SocketError?
    var pending = PendingBytes()
    package private(set) var isWritable = true
    /// Protects the bytes; nil on a plain connection.
    package internal(set) var session: (any SecureSession)?
    var secured = SecuredState()
    /// Told how connecting went, when it was this side that connected.
    var connected: ((ConnectError?) -> Void)?
    /// Makes what protects the bytes of a connection of this side's.
    var makeSession: ((CInt) -> (any SecureSession)?)?

    /// The peer's close is noticed although nothing is read: what it sent before is then lost. Set it before `start`.
    package var noticesCloseUnread = false
    /// The peer may end its output and go on reading, which is told by `inputEnded` rather than `closed`.
    package var allowsHalfClose = false

    init(
        _ descriptor: CInt,
        on loop: SocketLoop,
        remoteAddress: SocketAddress?,
        phase: Phase,
        session: (any SecureSession)?
    ) {
        self.loop = loop
        self.descriptor = descriptor
        self.remoteAddress = remoteAddress
        self.phase = phase
        self.session = session
    }

    deinit {
        if self.descriptor >= 0 { cs_close(self.descriptor) }
    }

    // MARK: State

    package var isOpen: Bool { self.phase == .open }
    /// Bytes that the kernel has not taken yet.
    package var pendingBytes: Int { self.pending.count }
    package var localAddress: SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t()
        guard cs_local_address(self.descriptor, &storage, &length) == 0 else { return nil }
        return SocketAddress(storage, length: length)
    }

    // MARK: Beginning

    /// Begins to tell `owner` what happens.
    package func start(_ owner: any StreamOwner) {
        self.owner = owner
        switch self.phase {
        case .ready:
            self.phase = self.session == nil ? .open : .handshaking
            guard self.register() else { return }
            if self.session == nil { owner.opened() }  // In a handshake the client speaks first.
        case .open:
            self.updateWatch()
            owner.opened()
        case .connecting, .handshaking: preconditionFailure("a socket is started when it is connected")
        case .closed: self.loop.afterwards { self.tellClosed(.own) }
        }
    }

    func register() -> Bool {
        let kinds = self.wantedKinds
        do {
            self.registration = try self.loop.watch(self.descriptor, kinds, self)
            self.watched = kinds
            return true
        } catch {
            self.loop.afterwards { self.end(.failed(error)) }
            return false
        }
    }

    // MARK: Events

    func handle(_ kinds: UInt32) {
        switch self.phase {
        case .open: break
        case .connecting:
            self.connectEnded()
            return
        case .handshaking:
            self.shakeHands()
            return
        case .ready, .closed: return
        }
        if kinds & cs_writable != 0 {
            self.becameWritable()
            guard self.phase == .open else { return }
        }
        guard kinds & (cs_readable | cs_hung_up | cs_failed | cs_peer_ended) != 0 else { return }
        if self.session != nil, self.secured.writeAwaitsInput {
            self.flush()
            guard self.phase == .open else { return }
        }
        if self.isReading && !self.inputHasEnded {
            self.receive(untilEnd: kinds & cs_peer_ended != 0)
        } else if kinds & (cs_hung_up | cs_failed | cs_peer_ended) != 0 {
            self.peerLeftUnread(kinds)
        } else {
            self.updateWatch()  // Only now: reading is often on again before anything arrives.
        }
    }

    private func peerLeftUnread(_ kinds: UInt32) {
        if self.inputHasEnded, kinds & (cs_hung_up | cs_failed) != 0 {
            self.end(self.outputFailure.map { .failed($0) } ?? .ended)
        } else if self.noticesCloseUnread {
            let error = cs_pending_error(self.descriptor)
            self.end(error < 0 ? .failed(SocketError(.receive, -error)) : .ended)
        } else if kinds & (cs_hung_up | cs_failed) != 0 {
            self.loop.suspend(self.descriptor)
            self.isSuspended = true
        } else {
            self.updateWatch()
        }
    }

    // MARK: Reading

    /// Turns reading on or off; bytes that were on their way stay with the kernel.
    package func setReading(_ isOn: Bool) {
        if isOn == self.isReading { return }
        self.isReading = isOn
        guard isOn, self.phase == .open else { return }
        if self.isSuspended {
            self.isSuspended = false
            self.watched = self.wantedKinds
            guard let registration = self.registration,
                self.loop.resume(registration, self.descriptor, self.watched)
            else {
                self.loop.afterwards { self.end(.failed(SocketError(.loop, ENOMEM))) }
                return
            }
        } else if self.watched & cs_readable == 0 {
            self.updateWatch()
        }
        if let session = self.session, session.hasBufferedInput { self.readSoon() }
    }

    /// - Parameter untilEnd: The peer has closed, so the end is there behind its last bytes.
    private func receive(untilEnd: Bool) {
        if self.session != nil {
            self.receiveSecured()
            return
        }
        let input = self.loop.input
        for _ in 0..<Self.readLimit {
            let count = cs_receive(self.descriptor, input.baseAddress, input.count)
            if count > 0 {
                self.owner?.received(UnsafeRawBufferPointer(rebasing: input[..<count]).bytes)
                guard self.isReading, self.phase == .open, untilEnd || count == input.count else { return }
            } else if count == 0 {
                self.inputEnded()
                return
            } else if count == -Int(EAGAIN) {
                return
            } else {
                self.end(.failed(SocketError(.receive, CInt(-count))))
                return
            }
        }
    }

    /// The peer has closed its side in an orderly way.
    func inputEnded() {
        if let outputFailure = self.outputFailure {
            self.end(.failed(outputFailure))
        } else if self.allowsHalfClose && !self.outputHasEnded {
            self.inputHasEnded = true
            self.updateWatch()
            self.owner?.inputEnded()
        } else {
            self.end(.ended)
        }
    }

    // MARK: Watching

    private var wantedKinds: UInt32 {
        if self.phase == .connecting || self.awaitsWritable && self.phase == .handshaking { return cs_writable }
        var kinds: UInt32 = 0
        if !self.inputHasEnded {
            if self.isReading || self.phase == .handshaking || self.secured.writeAwaitsInput { kinds |= cs_readable }
            if self.noticesCloseUnread { kinds |= cs_peer_ended }
        }
        if self.awaitsWritable { kinds |= cs_writable }
        return kinds
    }

    func updateWatch() {
        let kinds = self.wantedKinds
        guard kinds != self.watched, !self.isSuspended, let registration = self.registration else { return }
        self.loop.change(registration, self.descriptor, kinds)
        self.watched = kinds
    }

    // MARK: Ending

    /// Ends this side's output once everything has gone out that is pending at the moment there is nothing: call it when
    /// `pendingBytes` is 0. Reading goes on.
    package func endOutput() {
        guard self.phase == .open, !self.outputHasEnded, self.outputFailure == nil else { return }
        self.outputHasEnded = true
        self.session?.close()
        _ = cs_shutdown_output(self.descriptor)
        if self.inputHasEnded { self.loop.afterwards { self.end(.ended) } }
    }

    /// Closes at once; what is pending is lost.
    package func close() {
        if self.phase == .open, self.session != nil, self.pending.isEmpty, !self.outputHasEnded,
            self.outputFailure == nil
        {
            self.session?.close()
        }
        self.end(.own)
    }

    /// Breaks the connection off, so that the peer can't take it for an orderly end.
    package func reset() {
        guard self.phase != .closed else { return }
        cs_reset_on_close(self.descriptor)
        self.end(.own)
    }

    /// Gives everything back and tells it.
    func end(_ end: StreamEnd) {
        guard self.phase != .closed else { return }
        let wasConnecting = self.phase == .connecting || (self.phase == .handshaking && self.connected != nil)
        self.phase = .closed
        if let registration = self.registration { self.loop.forget(registration) }
        self.registration = nil
        cs_close(self.descriptor)
        self.descriptor = -1
        self.pending.removeAll()
        self.session = nil
        if wasConnecting {
            let connected = self.connected
            self.connected = nil
            connected?(ConnectError(end))
        } else {
            self.tellClosed(end)
        }
    }

    private func tellClosed(_ end: StreamEnd) {
        let owner = self.owner
        self.owner = nil
        owner?.closed(end)
    }

    func outputFailed(_ failure: SocketError) {
        self.outputFailure = failure
        self.pending.removeAll()
        self.awaitsWritable = false
        self.updateWatch()
        // The kernel reports the broken connection as an event, behind what the peer sent before. Only where that is not
        // looked for must the end be told without it.
        if self.inputHasEnded || self.noticesCloseUnread && !self.isReading {
            self.loop.afterwards { self.end(.failed(failure)) }
        }
    }

    /// The kernel has refused what was handed over, or what went before it. Behind the first `send` of a message this means that nothing
    /// of it can have arrived; of a secured socket that can't be said.
    package var hasRefusedOutput: Bool { self.outputFailure != nil && self.session == nil }

    var canSend: Bool { self.phase == .open && self.outputFailure == nil && !self.outputHasEnded }

    func setWritable(_ isOn: Bool) {
        if isOn == self.isWritable { return }
        self.isWritable = isOn
        self.owner?.writabilityChanged()
    }
}
