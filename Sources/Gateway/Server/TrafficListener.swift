import Logging
import Sockets

/// Hands new connections to the event loops in turn. Confined to the loop that listens.
final class TrafficListener {
    private let loop: TrafficLoop
    /// All loops; the one that listens is the first.
    private let threads: [LoopThread<TrafficLoop>]
    /// Secures what it accepts; nil leaves it plain.
    private let acceptor: (any SecureAcceptor)?
    private let logger: Logger
    private var listener: Listener?
    private var next = 0

    init(
        on loop: TrafficLoop,
        among threads: [LoopThread<TrafficLoop>],
        securedBy acceptor: (any SecureAcceptor)?,
        logger: Logger
    ) {
        self.loop = loop
        self.acceptor = acceptor
        self.threads = threads
        self.logger = logger
    }

    /// - Returns: The port.
    func listen(at address: SocketAddress) throws(SocketError) -> Int {
        let listener = try Listener.listen(at: address, on: self.loop.sockets) { [unowned self] in self.take($0) }
        self.listener = listener
        return Int(listener.localAddress?.port ?? address.port)
    }

    /// Takes those that have connected already, which the close would reset, and listens no more.
    func close() {
        self.listener?.acceptWaiting()
        self.listener?.close()
        self.listener = nil
    }

    private func take(_ event: Listener.Event) {
        switch event {
        case .accepted(let accepted):
            let number = self.next
            self.next = (number + 1) % self.threads.count
            if number == 0 {
                self.loop.accept(accepted, securedBy: self.acceptor)
            } else if !self.threads[number].post({ [acceptor] in $0.accept(accepted, securedBy: acceptor) }) {
                accepted.close()
            }
        case .paused(let error):
            self.logger.error(
                "no connection can be accepted for the moment; those there are go on",
                metadata: ["error": "\(error)"]
            )
        case .failed(let error):
            self.logger.critical(
                "the gateway's listener has closed; no client can connect until serin is started again",
                metadata: ["error": "\(error)"]
            )
        }
    }
}
