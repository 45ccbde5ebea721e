import ProxyCore
import RolloutCore

/// The copies of one event loop that are on their way, and the connections that carry them. Confined to that loop.
///
/// They never wait in a line: one that finds no room, or finds the loop busy with clients, is dropped before anything is known of
/// its end.
final class LoopCopies {
    /// A copy that has no end after this long is given up, where whole requests have no limit of their own.
    private static let longest = Duration.seconds(600)
    /// An unused connection is closed before servers in common use close it unseen.
    private static let idleTime = Duration.seconds(4)

    private var allowance: CopyAllowance
    private var active: [ObjectIdentifier: RequestCopy] = [:]
    private var idle: [CopyConnection] = []
    private var lastTick: LoopTime?
    private var isLate = false
    private var isStopped = false

    init(limits: CopyAllowance.Limits) { self.allowance = CopyAllowance(limits: limits) }

    var bodyLimit: Int { self.allowance.limits.bodyBytes }
    /// Copies without an end, those among them that the canary hasn't answered, and the bytes they hold.
    var load: (held: Int, unanswered: Int, bytes: Int) {
        (self.allowance.copies, self.active.values.count { $0.phase == .sent }, self.allowance.bytes)
    }

    /// - Returns: false when there is no room for a copy of so many bytes, or no time.
    func take(bytes: Int) -> Bool { !self.isLate && !self.isStopped && self.allowance.take(bytes: bytes) }

    /// Looks after a copy that room was taken for.
    func add(_ copy: RequestCopy) {
        copy.table.inFlight += 1
        self.active[ObjectIdentifier(copy)] = copy
    }

    // MARK: Sending

    /// The client's request is whole.
    func send(_ copy: RequestCopy, _ loop: TrafficLoop) {
        if let gate = copy.table.gate(ofArm: copy.arm) {
            // It never waits, nor keeps a client waiting.
            guard gate.gate.enterAtOnce() else { return self.drop(copy) }
            copy.place = gate
        }
        copy.phase = .sent
        copy.times = ExchangeTimes(startedAt: TrafficLoop.now())
        let limit = loop.limits.request
        copy.end =
            limit == TimeLimits.unlimited
            ? loop.tickTime.adding(Self.longest) : loop.tickTime.adding(microseconds: limit)
        self.send(copy, fresh: false, loop)
    }

    /// On a connection made for it.
    func sendAgain(_ copy: RequestCopy, _ loop: TrafficLoop) { self.send(copy, fresh: true, loop) }

    private func send(_ copy: RequestCopy, fresh: Bool, _ loop: TrafficLoop) {
        copy.connection = nil
        copy.deadline = copy.end
        let arm = copy.table.table.arms[copy.arm]
        let target = copy.table.leastPending(of: arm, now: loop.tickTime, random: &loop.random)
        guard let target else { return self.answered(copy, .gatewayFailure, loop) }
        let upstream = copy.table.upstreams[target.index]
        if !fresh, let index = self.idle.lastIndex(where: { $0.upstream === upstream }) {
            self.idle.remove(at: index).send(copy, to: target)
            return
        }
        upstream.open(on: loop) { result in
            switch result {
            case .success(let socket):
                let connection = CopyConnection(socket, loop: loop, upstream: upstream)
                connection.start()
                guard copy.phase == .sent, connection.isOpen else {
                    connection.close()
                    self.answered(copy, .connectFailure, loop)
                    return
                }
                connection.send(copy, to: target)
            case .failure(.unreachable): self.answered(copy, .connectFailure, loop)
            case .failure(.shortage): self.answered(copy, .gatewayFailure, loop)
            }
        }
    }

    func keep(_ connection: CopyConnection) { self.idle.append(connection) }

    func forget(_ connection: CopyConnection) { self.idle.removeAll { $0 === connection } }

    // MARK: Ends

    /// The canary has come to this.
    func answered(_ copy: RequestCopy, _ outcome: Outcome, _ loop: TrafficLoop) {
        guard copy.phase == .sent else { return }
        copy.phase = .answered
        copy.connection = nil
        self.leavePlace(copy)
        copy.deadline = .never
        copy.canary = MirroredPair.Side(outcome: outcome, times: copy.times, endedAt: TrafficLoop.now())
        self.settle(copy)
    }

    /// Stable has come to this, or the client has left it.
    func originalEnded(_ copy: RequestCopy, _ side: MirroredPair.Side) {
        copy.stable = side
        switch copy.phase {
        case .keeping: self.drop(copy)  // Never sent: the client's request broke off.
        case .sent where side.outcome.endsCopy: self.giveUp(copy)
        case .sent, .answered: self.settle(copy)
        case .over: break
        }
    }

    /// There will be no copy after all.
    func drop(_ copy: RequestCopy) {
        guard copy.phase == .keeping else { return }
        copy.table.counters.dropCopy(for: copy.arm)
        self.end(copy)
    }

    private func settle(_ copy: RequestCopy) {
        guard let stable = copy.stable, let canary = copy.canary else { return }
        copy.table.counters.record(MirroredPair(canaryArm: copy.arm, stable: stable, canary: canary))
        self.end(copy)
    }

    /// What the canary would have answered is never known.
    private func giveUp(_ copy: RequestCopy) {
        let nothing = MirroredPair.Side(outcome: .gatewayFailure, times: copy.times, endedAt: copy.times.startedAt)
        let pair = MirroredPair(canaryArm: copy.arm, stable: copy.stable ?? nothing, canary: nil)
        copy.table.counters.record(pair)
        let connection = copy.connection
        self.end(copy)
        connection?.close()
    }

    private func end(_ copy: RequestCopy) {
        copy.phase = .over
        copy.connection = nil
        self.leavePlace(copy)
        copy.table.inFlight -= 1
        self.allowance.give(bytes: copy.reserved)
        self.active[ObjectIdentifier(copy)] = nil
    }

    private func leavePlace(_ copy: RequestCopy) {
        copy.place?.leave()
        copy.place = nil
    }

    // MARK: Time

    /// Called ten times a second.
    func tick(_ loop: TrafficLoop) {
        let now = loop.tickTime
        self.isLate = self.lastTick.map { $0.adding(self.allowance.limits.lateness) < now } ?? false
        self.lastTick = now
        for connection in self.idle where connection.idleSince.adding(Self.idleTime) <= now { connection.close() }
        for copy in self.active.values where copy.phase == .sent {
            if copy.end <= now, loop.limits.request == TimeLimits.unlimited {
                self.giveUp(copy)
            } else if copy.deadline <= now || copy.end <= now {
                let connection = copy.connection
                self.answered(copy, .timeout, loop)
                connection?.close()
            }
        }
    }

    /// Nothing is copied any more, and what is on its way is given up: nobody waits for it.
    func stop() {
        self.isStopped = true
        for copy in self.active.values {
            switch copy.phase {
            case .keeping: self.drop(copy)
            case .sent, .answered: self.giveUp(copy)
            case .over: break
            }
        }
        for connection in self.idle { connection.close() }
    }
}

extension Outcome {
    /// Whether nothing can be learned from a copy of a request that ended so at stable.
    fileprivate var endsCopy: Bool {
        switch self {
        case .clientAborted, .gatewayFailure, .saturated: true
        case .success, .clientError, .serverError, .timeout, .connectFailure, .upstreamFailure: false
        }
    }
}
