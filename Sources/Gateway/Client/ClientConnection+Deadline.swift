import HTTPWire
import ProxyCore
import Sockets

// MARK: - Limits of time

extension ClientConnection {
    func deadlinePassed() {
        switch self.phase {
        case .serving: self.requestTookTooLong()
        case .flushing:
            // Where the rest of an answer is thrown away, the end must not look like the answer's own.
            if !self.goesOnTaking() { self.reset() }
        case .tunnelling: self.reset()
        case .lingering: self.abandon()
        case .closed: self.tunnel?.giveUp()
        }
    }

    private func requestTookTooLong() {
        if !self.exchange.isIdle {
            // The limit of the whole request is not put off.
            if self.exchange.isResponding, !self.socket.isWritable, self.goesOnTaking(),
                self.deadline > self.loop.tickTime
            {
                return
            }
            if self.waitedTooLong() || self.answerWasLate() { return }
            let action = self.exchange.deadlinePassed(stalled: self.stalledSide, hasRoom: self.hasRescueRoom())
            self.perform(action)
        } else if self.pauses.contains(.clientIsFull) {
            if !self.goesOnTaking() { self.reset() }
        } else if self.hasOnlyLineEndsUnread {
            self.abandon()
        } else {
            self.refuse(.requestTimeout, "The head took too long.")
        }
    }

    /// The moment after so many microseconds, but not after the limit of the whole request.
    func deadline(in limit: Int64) -> LoopTime {
        let own = self.loop.tickTime.adding(microseconds: limit)
        let whole = self.loop.limits.request
        guard whole != TimeLimits.unlimited, let request = self.request else { return own }
        return min(own, request.times.startedAt.adding(microseconds: whole))
    }
}

// MARK: - Clients that take their answers slowly

extension ClientConnection {
    func noteUnsentBytes() { self.unsentBytes = self.socket.pendingBytes }

    /// Gives a client that has taken bytes since the last look more time.
    ///
    /// - Returns: false when it has taken none.
    private func goesOnTaking() -> Bool {
        let now = self.socket.pendingBytes
        guard now < self.unsentBytes else { return false }
        self.unsentBytes = now
        self.deadline = self.deadline(in: self.loop.limits.responseIdle)
        return true
    }

    /// Whom the other side waits for, as far as the connections tell.
    private var stalledSide: Exchange.Side? {
        if !self.socket.isWritable { return .client }
        if self.pauses.contains(.upstreamIsFull) { return .upstream }
        return !self.requestBody.isComplete && self.pauses.isEmpty ? .client : nil
    }
}
