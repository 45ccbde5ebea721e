import NIOCore
import Synchronization

/// The connections of one listener, so that they can be drained at the end; guarded by one `Mutex`.
final class OpenConnections: Sendable {
    private enum State {
        case open([ObjectIdentifier: any Channel])
        case draining
    }

    private let state = Mutex(State.open([:]))

    /// - Returns: `false` when draining has begun: the caller closes the channel.
    func admit(_ channel: any Channel) -> Bool {
        let id = ObjectIdentifier(channel)
        let isAdmitted = self.state.withLock { state in
            guard case .open(var channels) = state else { return false }
            channels[id] = channel
            state = .open(channels)
            return true
        }
        if isAdmitted { channel.closeFuture.whenComplete { _ in self.forget(id) } }
        return isAdmitted
    }

    /// Closes idle connections at once, busy ones after their answer, and all that are left after `grace`.
    func drain(grace: Duration) async {
        let channels = self.state.withLock { state -> [any Channel] in
            guard case .open(let channels) = state else { return [] }
            state = .draining
            return Array(channels.values)
        }
        guard let loop = channels.first?.eventLoop else { return }
        for channel in channels {
            // NIO's HTTP pipelining handler answers this event: it closes when no request is under way.
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
        let cutOff = loop.scheduleTask(in: TimeAmount(grace)) {
            for channel in channels { channel.close(promise: nil) }
        }
        _ = try? await EventLoopFuture.whenAllComplete(channels.map(\.closeFuture), on: loop).get()
        cutOff.cancel()
    }

    private func forget(_ id: ObjectIdentifier) {
        self.state.withLock { state in
            guard case .open(var channels) = state else { return }
            channels[id] = nil
            state = .open(channels)
        }
    }
}
