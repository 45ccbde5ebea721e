import HTTPWire
import NIOCore
import ProxyCore
import RolloutCore

/// What the gateway must know of a request until its answer has ended. Confined to its event loop.
///
/// One object for each request, so that handing it around costs one reference and not the copies of its parts.
final class ClientRequest {
    let id: RequestID
    let method: RequestMethod
    let isVersion10: Bool
    var times: ExchangeTimes
    /// The head as it came, to be written for another upstream if need be.
    let head: ByteBuffer
    let table: LoopTable
    let matching: RouteMatching
    /// The arm that was chosen: its version is counted.
    let draw: Draw
    /// The arm that answers: stable's when the canary can't be reached.
    var servingArm: Int
    /// The upstream of `servingArm` that was picked for the attempt.
    private(set) var target: ArmUpstream?
    /// The last one of the arm that was chosen.
    private(set) var chosenTarget: ArmUpstream?
    /// Upstreams of `servingArm`, by index, that no connection could be made to.
    var tried: Set<Int> = []
    /// Why, of the last one; a shortage of the gateway's own outweighs the rest, since it leaves the arm unjudged.
    var connectFailure = ConnectFailure.unreachable
    /// Body bytes that wait for a connection.
    var held: ByteBuffer?
    var bodyBytes = 0
    /// What a problem answer says beyond its title.
    var problemDetail: StaticString?
    /// What is kept for the tap; nil when nobody looks.
    var capture: TapCapture?

    init(
        id: RequestID,
        method: RequestMethod,
        isVersion10: Bool,
        startedAt: LoopTime,
        head: ByteBuffer,
        table: LoopTable,
        matching: RouteMatching,
        draw: Draw
    ) {
        self.id = id
        self.method = method
        self.isVersion10 = isVersion10
        self.times = ExchangeTimes(startedAt: startedAt)
        self.head = head
        self.table = table
        self.matching = matching
        self.draw = draw
        self.servingArm = draw.arm
    }

    func hold(_ part: ByteBuffer) {
        var part = part
        if self.held == nil { self.held = part } else { self.held?.writeBuffer(&part) }
    }

    func pick(_ target: ArmUpstream) {
        self.target = target
        if !self.isFallback { self.chosenTarget = target }
    }

    func fallBack(to arm: Int) {
        self.servingArm = arm
        self.tried = []
        self.connectFailure = .unreachable
    }

    func connectFailed(_ failure: ConnectFailure, to upstream: ArmUpstream) {
        self.tried.insert(upstream.index)
        if failure == .shortage { self.connectFailure = .shortage }
    }

    var versionName: [UInt8] { self.table.table.arms[self.servingArm].versionName }
    var arm: Int { self.draw.arm }
    var chosenArm: TableArm { self.table.table.arms[self.draw.arm] }
    var isFallback: Bool { self.servingArm != self.draw.arm }
}
