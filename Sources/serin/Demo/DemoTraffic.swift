import DemoModel
import NIOCore
import NIOHTTP1
import NIOPosix

/// The demonstration's clients: a fixed number of keep-alive connections that replay the held-out rows round and round.
final class DemoTraffic: Sendable {
    /// Each connection sends its next request when it has the answer and its turn has come: the load is bounded both ways.
    struct Pace: Equatable, Sendable {
        var connections = 16
        var requestsPerSecond = 600

        /// Between two requests of one connection.
        var period: TimeAmount {
            .nanoseconds(Int64(1_000_000_000) * Int64(self.connections) / Int64(self.requestsPerSecond))
        }
    }

    private let group: MultiThreadedEventLoopGroup
    private let script: ReplayScript

    /// Sends from the moment this returns.
    ///
    /// - Parameter port: Of a gateway on this machine.
    init(port: Int, rows: [DemoRow], pace: Pace = Pace()) {
        self.group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        self.script = ReplayScript(rows: rows, port: port, period: pace.period)
        for _ in 0..<pace.connections { self.connect() }
    }

    var tally: TrafficTally { self.script.tally }

    /// Lets requests under way finish, for at most two seconds, and closes every connection.
    func stop() async {
        self.script.end()
        // A task of its own, because a story that was cut off must not cut its clients off as well.
        await Task {
            let deadline = ContinuousClock.now + .seconds(2)
            while self.script.isBusy, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(20)) }
        }.value
        try? await self.group.shutdownGracefully()
    }

    private func connect() {
        guard self.script.openConnection() else { return }
        let script = self.script
        ClientBootstrap(group: self.group)
            .connectTimeout(.seconds(5))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(ReplayConnection(script: script))
                }
            }
            .connect(host: "127.0.0.1", port: script.port)
            .whenComplete { result in
                switch result {
                case .success(let channel): channel.closeFuture.whenComplete { _ in self.reconnect() }
                case .failure:
                    script.lostAnswer()
                    self.reconnect()
                }
            }
    }

    /// A connection that the gateway ends between two requests is replaced, as any client does.
    private func reconnect() {
        self.script.closeConnection()
        self.group.next().scheduleTask(in: .milliseconds(20)) { self.connect() }
    }
}
