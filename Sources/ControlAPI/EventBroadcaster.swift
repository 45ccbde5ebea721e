import ControlWire
import Foundation
import Logging
import MicroHTTP
import RolloutCore
import RolloutEngine
import Synchronization

/// Sends committed events to everybody who follows them, each from where it left off.
///
/// One thread reads the store; a follower that can't keep up is cut off and comes back with the id it last saw.
final class EventBroadcaster: Sendable {
    private static let batch = 500
    private static let heartbeat: Double = 10
    /// Nobody may hold the control plane's memory by opening streams.
    private static let followerLimit = 256

    private struct Follower {
        let stream: EventStream
        let model: ModelName?
        var lastID: Int64
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
    /// - Returns: Nil when there are too many followers already.
    func follow(after id: Int64?, model: ModelName?) throws -> EventStream? {
        let start = try id ?? self.store.read { try $0.latestEventID() }
        return self.state.withLock { state in
            guard !state.isStopped, state.followers.count < Self.followerLimit else { return nil }
            state.nextKey += 1
            let key = state.nextKey
            let stream = EventStream(onClose: { [weak self] _ in self?.forgetLater(key) })
            state.followers[key] = Follower(stream: stream, model: model, lastID: start)
            return stream
        }
    }

    /// A stream may close while this thread sends to it, so closing only marks; the sending thread removes.
    private func forgetLater(_ key: Int) {
        self.closed.withLock { _ = $0.insert(key) }
    }

    private let closed = Mutex<Set<Int>>([])

    private func run() {
        var lastBeat = ContinuousClock.now
        while !self.state.withLock({ $0.isStopped }) {
            do {
                try self.signal.wait(timeout: .seconds(1))
                try self.deliver()
            } catch {
                self.logger.debug("events can't be read", metadata: ["error": "\(error)"])
                Thread.sleep(forTimeInterval: 0.5)
            }
            if lastBeat.duration(to: .now) > .seconds(Self.heartbeat) {
                lastBeat = .now
                for follower in self.state.withLock({ Array($0.followers.values) }) { _ = follower.stream.comment("alive") }
            }
        }
    }

    private func deliver() throws {
        let gone = self.closed.withLock { keys in
            defer { keys.removeAll() }
            return keys
        }
        let followers = self.state.withLock { state in
            for key in gone { state.followers[key] = nil }
            return state.followers
        }
        for (key, follower) in followers {
            var lastID = follower.lastID
            while true {
                let events = try self.store.read { try $0.events(after: lastID, model: follower.model, limit: Self.batch) }
                for event in events {
                    guard try follower.stream.send(event: event.event.kind.rawValue, id: String(event.id), data: Self.text(event)) else { break }
                    lastID = event.id
                }
                guard events.count == Self.batch, follower.stream.isOpen else { break }
            }
            self.state.withLock { $0.followers[key]?.lastID = lastID }
        }
    }

    private static func text(_ event: Event) throws -> String {
        let body = EventResponse(
            id: event.id, occurredAt: event.occurredAt, kind: event.event.kind.rawValue, model: event.event.model,
            version: event.event.version, rollout: event.event.rollout, message: event.event.message)
        return String(decoding: try HTTPResponse.encoded(body), as: UTF8.self)
    }
}
