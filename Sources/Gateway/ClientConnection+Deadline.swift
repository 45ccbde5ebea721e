import HTTPWire
import NIOCore
import ProxyCore

// MARK: - Limits of time

extension ClientConnection {
    func deadlinePassed() {
        switch self.phase {
        case .serving: self.requestTookTooLong()
        case .flushing:
            // Where the rest of an answer is thrown away, the end must not look like the answer's own.
            if !self.goesOnTaking() { self.reset() }
        case .lingering, .closed: self.abandon()
        }
    }

    private func requestTookTooLong() {
        if !self.exchange.isIdle {
            // The limit of the whole request is not put off.
            if self.exchange.isResponding, !self.clientIsWritable, self.goesOnTaking(),
                self.deadline > self.loop.tickTime
            {
                return
            }
            self.perform(self.exchange.deadlinePassed(stalled: self.stalledSide))
        } else if self.pauses.contains(.clientIsFull) {
            if !self.goesOnTaking() { self.reset() }
        } else if self.hasOnlyLineEndsUnread {
            self.abandon()
        } else {
            self.refuse(.requestTimeout, "The head took too long.")
        }
    }

    /// The moment after `timeout` (nil: no limit of its own), but not after the limit of the whole request.
    func deadline(in timeout: Duration?) -> LoopTime {
        let own = timeout.map(self.loop.tickTime.adding) ?? .never
        guard let whole = self.loop.configuration.timeouts.request, let request = self.request else { return own }
        return min(own, request.times.startedAt.adding(whole))
    }
}

// MARK: - Clients that take their answers slowly

extension ClientConnection {
    func noteUnsentBytes() { self.unsentBytes = self.currentlyUnsentBytes }

    /// Gives a client that has taken bytes since the last look more time.
    ///
    /// - Returns: false when it has taken none.
    private func goesOnTaking() -> Bool {
        let now = self.currentlyUnsentBytes
        guard now < self.unsentBytes else { return false }
        self.unsentBytes = now
        self.deadline = self.deadline(in: self.loop.configuration.timeouts.responseIdle)
        return true
    }

    private var clientIsWritable: Bool { self.context?.channel.isWritable ?? false }

    /// Whom the other side waits for, as far as the connections tell.
    private var stalledSide: Exchange.Side? {
        if !self.clientIsWritable { return .client }
        if self.pauses.contains(.upstreamIsFull) { return .upstream }
        return !self.requestBody.isComplete && self.pauses.isEmpty ? .client : nil
    }

    private var currentlyUnsentBytes: Int {
        do {
            return try self.context?.channel.syncOptions?.getOption(.bufferedWritableBytes) ?? 0
        } catch {
            return 0  // The channel is closed.
        }
    }
}
