/// The names of one loop: asks the resolver for each once at a time, and remembers its last answers. Confined to that loop.
package final class LoopNames: LoopTicker {
    package struct Name: Hashable, Sendable {
        package let host: String
        package let port: UInt16

        package init(host: String, port: UInt16) {
            self.host = host
            self.port = port
        }
    }

    /// What a name was resolved to.
    package struct Answer: Equatable, Sendable {
        package let addresses: [SocketAddress]
        /// When, in microseconds of `MonotonicClock`.
        package let at: Int64
    }

    package typealias Completion = (Result<[SocketAddress], LookupError>) -> Void

    private struct Waiter {
        let deadline: Int64
        let completed: Completion
    }

    /// The loop holds its names.
    private unowned let loop: SocketLoop
    private let resolver: Resolver
    private var known: [Name: Answer] = [:]
    private var waiting: [Name: [Waiter]] = [:]

    /// So many names are remembered; those asked for are few, and a caller that makes up names gets nothing by it.
    private static let knownLimit = 4_096

    init(loop: SocketLoop, resolver: Resolver) {
        self.loop = loop
        self.resolver = resolver
    }

    /// The last answer, however old.
    package func lastAnswer(for name: Name) -> Answer? { self.known[name] }

    /// Resolves a name, unless it has been, `maximumAge` microseconds ago at most.
    ///
    /// - Parameters:
    ///   - timeoutMicroseconds: How long to wait for the answer; looked at with each tick.
    ///   - completed: Called on the loop: at once when the answer is known.
    package func resolve(
        _ name: Name,
        maximumAge: Int64,
        timeoutMicroseconds: Int64,
        completed: @escaping Completion
    ) {
        if let answer = self.known[name], max(0, self.loop.tickTime - answer.at) <= maximumAge {
            completed(.success(answer.addresses))
            return
        }
        let deadline = MonotonicClock.microseconds() + timeoutMicroseconds
        let isAsked = self.waiting[name] != nil
        self.waiting[name, default: []].append(Waiter(deadline: deadline, completed: completed))
        self.loop.add(self)
        if isAsked { return }
        let remote = self.loop.remote
        self.resolver.resolve(host: name.host, port: name.port) { result in
            remote.post { loop in loop.names?.resolved(name, result) }
        }
    }

    private func resolved(_ name: Name, _ result: Result<[SocketAddress], LookupError>) {
        if case .success(let addresses) = result {
            if self.known.count >= Self.knownLimit { self.known.removeAll() }
            self.known[name] = Answer(addresses: addresses, at: MonotonicClock.microseconds())
        }
        let waiters = self.waiting.removeValue(forKey: name) ?? []
        if self.waiting.isEmpty { self.loop.remove(self) }
        for waiter in waiters { waiter.completed(result) }
    }

    /// Lets those go on who have waited long enough; the answer is remembered all the same when it comes.
    func tick() {
        let now = self.loop.tickTime
        for (name, waiters) in self.waiting where waiters.contains(where: { $0.deadline <= now }) {
            self.waiting[name] = waiters.filter { $0.deadline > now }
            let failure = LookupError(host: name.host, reason: "there was no answer in time")
            for waiter in waiters where waiter.deadline <= now { waiter.completed(.failure(failure)) }
        }
    }
}

extension SocketLoop {
    /// Begins to resolve names, for the life of the loop.
    package func resolveNames(with resolver: Resolver) -> LoopNames {
        let names = LoopNames(loop: self, resolver: resolver)
        self.names = names
        return names
    }
}
