import Synchronization

/// A model server whose behaviour is changed while it runs, and that counts what it is asked.
final class ScriptedServer: Sendable {
    enum Behaviour: Sendable {
        case answer(Int)
        /// Closes the connection instead of an answer.
        case breakOff
        /// Answers when `release` is called.
        case hold
    }

    private struct State {
        var behaviour: Behaviour
        var requests: [String] = []
        var held = 0
        var released = 0
        var open = 0
    }

    private let shared: Shared<State>
    private let server: ModelServer

    /// - Parameters:
    ///   - name: What it says of itself in the field `x-server`.
    ///   - port: 0 takes a free one.
    init(_ name: String, _ behaviour: Behaviour = .answer(200), port: Int = 0, host: UInt32 = 1) throws {
        let state = Shared(State(behaviour: behaviour))
        self.shared = state
        self.server = try ModelServer(port: port, host: host) { peer in
            state.value.withLock { $0.open += 1 }
            defer { state.value.withLock { $0.open -= 1 } }
            while true {
                let request = try peer.takeMessage()
                let behaviour = state.value.withLock { state in
                    state.requests.append(request.target)
                    return state.behaviour
                }
                switch behaviour {
                case .answer(let status): try Self.answer(status, name, peer)
                case .breakOff: return
                case .hold:
                    let ticket = state.value.withLock { state in
                        state.held += 1
                        return state.held
                    }
                    try eventually("the answer is released", seconds: 20) {
                        state.value.withLock { $0.released >= ticket }
                    }
                    try Self.answer(200, name, peer)
                }
            }
        }
    }

    private static func answer(_ status: Int, _ name: String, _ peer: SocketPeer) throws {
        try peer.send("HTTP/1.1 \(status) X\r\nContent-Length: 0\r\nx-server: \(name)\r\n\r\n")
    }

    var url: String { self.server.url }
    var port: Int { self.server.port }
    var connectionCount: Int { self.server.connectionCount }
    var openConnections: Int { self.shared.value.withLock { $0.open } }
    /// Targets of the requests, in their order.
    var requests: [String] { self.shared.value.withLock { $0.requests } }
    var held: Int { self.shared.value.withLock { $0.held } }

    func behave(_ behaviour: Behaviour) { self.shared.value.withLock { $0.behaviour = behaviour } }

    /// Lets the request that was held longest be answered.
    func release() { self.shared.value.withLock { $0.released += 1 } }

    func stop() { self.server.stop() }
}
