/// How much longer one connection to an upstream may take requests.
package struct ConnectionLife: Equatable, Sendable {
    let endsAt: LoopTime
    private var requestsLeft: Int

    /// Neither age nor number ends it.
    package static let endless = ConnectionLife(endsAt: .never, requests: .max)

    init(endsAt: LoopTime, requests: Int) {
        self.endsAt = endsAt
        self.requestsLeft = requests
    }

    /// It carries one more request.
    package mutating func requestBegan() { self.requestsLeft -= 1 }

    /// Whether it must not carry another one.
    package func isOver(at now: LoopTime) -> Bool { self.requestsLeft <= 0 || self.endsAt <= now }
}
