import CSockets
import Glibc

/// Why no connection could be made.
package enum ConnectError: Error, Equatable, Sendable {
    /// What each address that was tried came to; never empty.
    case unreachable([SocketError])
    /// The connection was there, but no secure session could be agreed on.
    case insecure(String)

    init(_ end: StreamEnd) {
        self =
            switch end {
            case .failed(let error): .unreachable([error])
            case .insecure(let reason): .insecure(reason)
            case .ended: .unreachable([SocketError(.connect, ECONNRESET)])
            case .own: .unreachable([SocketError(.connect, ECANCELED)])
            }
    }
}

/// Connects to the first of several addresses that takes the connection, one after the other.
final class Connector: LoopTicker {
    private let loop: SocketLoop
    private var addresses: ArraySlice<SocketAddress>
    private let session: ((CInt) -> (any SecureSession)?)?
    private let deadline: Int64
    private var attemptDeadline: Int64 = 0
    private var attempt: StreamSocket?
    private var failures: [SocketError] = []
    private var insecurity: String?
    private var completed: ((Result<StreamSocket, ConnectError>) -> Void)?

    init(
        _ loop: SocketLoop,
        _ addresses: [SocketAddress],
        timeoutMicroseconds: Int64,
        session: ((CInt) -> (any SecureSession)?)?,
        completed: @escaping (Result<StreamSocket, ConnectError>) -> Void
    ) {
        self.loop = loop
        self.addresses = addresses[...]
        self.session = session
        self.deadline = MonotonicClock.microseconds() + timeoutMicroseconds
        self.completed = completed
    }

    func start() {
        self.loop.add(self)
        self.tryNext()
    }

    /// An address that doesn't answer leaves the others their share of the time.
    private func tryNext() {
        while let address = self.addresses.popFirst() {
            let now = MonotonicClock.microseconds()
            guard now < self.deadline || self.failures.isEmpty else { break }
            self.attemptDeadline = now + max(0, self.deadline - now) / Int64(self.addresses.count + 1)
            if self.begin(address) { return }
        }
        self.complete(
            .failure(
                self.insecurity.map { .insecure($0) }
                    ?? .unreachable(self.failures.isEmpty ? [SocketError(.connect, ETIMEDOUT)] : self.failures)
            )
        )
    }

    private func begin(_ address: SocketAddress) -> Bool {
        let descriptor = cs_stream_socket(address.family)
        guard descriptor >= 0 else {
            self.failures.append(SocketError(.socket, -descriptor))
            return false
        }
        if !address.isUnix { cs_send_without_delay(descriptor) }
        var (storage, length) = address.storage
        let result = cs_connect(descriptor, &storage, length)
        guard result == 0 || result == -EINPROGRESS else {
            cs_close(descriptor)
            self.failures.append(SocketError(.connect, -result))
            return false
        }
        let socket = StreamSocket(
            descriptor,
            on: self.loop,
            remoteAddress: address,
            phase: .connecting,
            session: nil
        )
        socket.makeSession = self.session
        self.attempt = socket
        socket.connected = { error in self.attemptEnded(socket, error) }
        _ = socket.register()
        return true
    }

    private func attemptEnded(_ socket: StreamSocket, _ error: ConnectError?) {
        self.attempt = nil
        switch error {
        case nil: self.complete(.success(socket))
        case .unreachable(let errors):
            self.failures += errors
            self.tryNext()
        case .insecure(let reason):
            self.insecurity = reason
            self.tryNext()
        }
    }

    /// Told after the events at hand, so that the caller of `connect` never finds itself called back from within.
    private func complete(_ result: Result<StreamSocket, ConnectError>) {
        self.loop.remove(self)
        guard let completed = self.completed else { return }
        self.completed = nil
        switch result {
        case .success: completed(result)
        case .failure: self.loop.afterwards { completed(result) }
        }
    }

    func tick() {
        guard let attempt = self.attempt, self.loop.tickTime >= self.attemptDeadline else { return }
        attempt.end(.failed(SocketError(.connect, ETIMEDOUT)))
    }
}

extension StreamSocket {
    func connectEnded() {
        let error = cs_pending_error(self.descriptor)
        guard error == 0 else {
            self.end(.failed(SocketError(.connect, -error)))
            return
        }
        if let makeSession = self.makeSession {
            self.makeSession = nil
            self.session = makeSession(self.descriptor)
            self.phase = .handshaking
            self.shakeHands()
        } else {
            self.phase = .open
            let connected = self.connected
            self.connected = nil
            connected?(nil)
        }
    }
}

extension SocketLoop {
    /// Connects to the first of `addresses` that takes the connection; `start` the socket then, or close it.
    ///
    /// - Parameters:
    ///   - timeoutMicroseconds: For all addresses together, the handshake included; looked at with each tick.
    ///   - session: Makes what protects the bytes when the descriptor is connected; nil for a plain connection.
    ///   - completed: Called on this loop, never before `connect` has returned.
    package func connect(
        to addresses: [SocketAddress],
        timeoutMicroseconds: Int64,
        session: ((_ descriptor: CInt) -> (any SecureSession)?)? = nil,
        completed: @escaping (Result<StreamSocket, ConnectError>) -> Void
    ) {
        Connector(
            self,
            addresses,
            timeoutMicroseconds: timeoutMicroseconds,
            session: session,
            completed: completed
        ).start()
    }
}
