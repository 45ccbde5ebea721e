import ControlWire
import Foundation
import Logging
import MicroHTTP
import RolloutCore
import RolloutEngine
import Synchronization

/// Sends committed events to everybody who follows them, each from where it left off.
///
/// One thread reads the store, once for all who stand at the same event; a follower that can't keep up is cut off and
/// comes back with the id it last saw. While the store is away, followers stay and miss nothing.
final class EventBroadcaster: Sendable {
    /// Nobody may hold the control plane's memory by opening streams.
    static let followerLimit = 256

    /// How long the thread waits for news; also how long a new follower waits for what it missed.
    private static let patience = Duration.milliseconds(250)
    private static let pauseWithoutStore: TimeInterval = 0.5
    private static let heartbeat = Duration.seconds(10)
    /// Events read at once.
    private static let batch = 100
    /// Bytes sent to one follower in one turn, with the last event above it: an empty stream holds several turns, so a
    /// follower may have missed anything as long as it reads.
    private static let turnBytes = 48 * 1_024
    /// Between the turns in which somebody catches up.
    private static let catchUpPause: TimeInterval = 0.01

    private struct Follower {
        let stream: EventStream
        let model: ModelName?
        /// The newest event that was sent or isn't the follower's.
        var cursor: Int64
    }

    private struct State {
        var followers: [Int: Follower] = [:]
        var nextKey = 0
        var isStopped = false
    }

    private let store: any RolloutStore
    private let signal: any EventSignal
    private let logger: Logger
    private let state = Mutex(State())

    init(store: any RolloutStore, signal: any EventSignal, logger: Logger) {
        self.store = store
        self.signal = signal
        self.logger = logger
    }

    func start() {
        let thread = Thread { self.run() }
        thread.name = "serin-events"
        thread.start()
    }

    /// Ends every stream; the thread ends with its next turn.
    func stop() {
        let followers = self.state.withLock { state in
            state.isStopped = true
            return state.followers.values.map(\.stream)
        }
        for stream in followers { stream.finish() }
    }

    /// - Parameter id: The last event the follower has seen; nil for "from now on".
    /// - Returns: Nil when there are too many followers already, or the server stops.
    func follow(after id: Int64?, model: ModelName?) throws -> EventStream? {
        let start = try id ?? self.store.read { try $0.latestEventID() }
        return self.state.withLock { state in
            guard !state.isStopped, state.followers.count < Self.followerLimit else { return nil }
            state.nextKey += 1
            let key = state.nextKey
            // A stream closes without this lock held: the broadcaster sends and finishes outside it.
            let stream = EventStream(onClose: { [weak self] _ in self?.forget(key) })
            state.followers[key] = Follower(stream: stream, model: model, cursor: start)
            return stream
        }
    }

    private func forget(_ key: Int) {
        self.state.withLock { $0.followers[key] = nil }
    }

    private func run() {
        var lastBeat = ContinuousClock.now
        while !self.state.withLock({ $0.isStopped }) {
            do {
                if try self.deliver() {
                    Thread.sleep(forTimeInterval: Self.catchUpPause)
                } else {
                    try self.signal.wait(timeout: Self.patience)
                }
            } catch {
                self.logger.debug("events can't be read", metadata: ["error": "\(error)"])
                Thread.sleep(forTimeInterval: Self.pauseWithoutStore)
            }
            if lastBeat.duration(to: .now) > Self.heartbeat {
                lastBeat = .now
                for follower in self.state.withLock({ Array($0.followers.values) }) {
                    _ = follower.stream.comment("alive")
                }
            }
        }
    }

    /// Gives every follower a turn.
    ///
    /// - Returns: Whether somebody is still behind.
    private func deliver() throws -> Bool {
        var pages: [Int64: [Event]] = [:]
        var texts: [Int64: String] = [:]
        var isSomebodyBehind = false
        for (key, follower) in self.state.withLock({ $0.followers }) {
            let page = try pages[follower.cursor] ?? self.page(after: follower.cursor)
            pages[follower.cursor] = page
            let cursor = try Self.send(page, to: follower, texts: &texts)
            // At once: what fails later must not make this follower see an event twice.
            self.state.withLock { $0.followers[key]?.cursor = cursor }
            if page.count == Self.batch || cursor < page.last?.id ?? cursor { isSomebodyBehind = true }
        }
        return isSomebodyBehind
    }

    private func page(after cursor: Int64) throws -> [Event] {
        try self.store.read { try $0.events(after: cursor, model: nil, limit: Self.batch) }
    }

    /// - Parameter texts: The events of this turn that have been encoded, by id.
    /// - Returns: The follower's new cursor.
    private static func send(_ page: [Event], to follower: Follower, texts: inout [Int64: String]) throws -> Int64 {
        var cursor = follower.cursor
        var sentBytes = 0
        for event in page {
            if follower.model == nil || follower.model == event.event.model {
                let text =
                    try texts[event.id] ?? String(decoding: HTTPResponse.encoded(EventResponse(event)), as: UTF8.self)
                texts[event.id] = text
                guard sentBytes < Self.turnBytes,
                    follower.stream.send(event: event.event.kind.rawValue, id: String(event.id), data: text)
                else { break }
                sentBytes += text.utf8.count
            }
            cursor = event.id
        }
        return cursor
    }
}

extension EventResponse {
    fileprivate init(_ event: Event) {
        self.init(
            id: event.id,
            occurredAt: event.occurredAt,
            kind: event.event.kind.rawValue,
            model: event.event.model,
            version: event.event.version,
            rollout: event.event.rollout,
            message: event.event.message
        )
    }
}
