import HTTPWire
import ProxyCore
import RolloutCore
import Sockets

/// A client's request that the canary is asked as well. Confined to its event loop; lives on when the client has gone.
///
/// It is made with the request, sent when that is whole, and counted when the ends at both versions are known or one will never be.
final class RequestCopy {
    let table: LoopTable
    /// Index in the table's `arms` of the one that is asked.
    let arm: Int
    let id: RequestID
    let method: RequestMethod
    let matching: RouteMatching
    /// The trace that begins with the client's request.
    let trace: TraceParent?
    /// Of the client's connection.
    let hop: ForwardingHop
    /// The client's head, as it came.
    let head: [UInt8]
    /// The client's body, marks of the chunked coding included.
    private(set) var body: [UInt8] = []
    /// Bytes that the loop has set aside for head and body.
    let reserved: Int
    private let bodyLimit: Int
    /// The end at stable, once it is known.
    var stable: MirroredPair.Side?
    /// The end at the canary, once it is known.
    var canary: MirroredPair.Side?
    var times: ExchangeTimes
    /// When the next limit of time passes.
    var deadline = LoopTime.never
    /// When the copy is given up, whatever it does.
    var end = LoopTime.never
    /// The connection that carries it, while one does.
    var connection: CopyConnection?
    /// Where it has a place, when its version has a limit of requests in flight.
    var place: VersionGate?
    var phase = Phase.keeping

    enum Phase {
        /// The client's request isn't whole yet.
        case keeping
        /// On its way to the canary.
        case sent
        /// The canary has nothing more to say.
        case answered
        case over
    }

    init(
        of request: ClientRequest,
        to arm: Int,
        hop: ForwardingHop,
        head: [UInt8],
        reserved: Int,
        bodyLimit: Int
    ) {
        self.table = request.table
        self.arm = arm
        self.id = request.id
        self.method = request.method
        self.matching = request.matching
        self.trace = request.beganTrace
        self.hop = hop
        self.head = head
        self.reserved = reserved
        self.bodyLimit = bodyLimit
        self.times = ExchangeTimes(startedAt: request.times.startedAt)
    }

    /// - Returns: false when the body is too large.
    func keep(_ part: RawSpan) -> Bool {
        guard self.body.count + part.byteCount <= self.bodyLimit else { return false }
        self.body.append(contentsOf: part)
        return true
    }
}
