import HTTPWire
import ProxyCore
import RolloutCore
import Sockets

/// What the gateway must know of a request until its answer has ended. Confined to its event loop.
///
/// One object for each request, so that handing it around costs one reference and not the copies of its parts.
final class ClientRequest {
    private(set) var id: RequestID
    private var stamp: RequestStamp
    let method: RequestMethod
    let isVersion10: Bool
    /// Where method, path and `traceparent` are in the head; the last is empty without one.
    let methodName: ByteRange
    let path: ByteRange
    let trace: ByteRange
    /// The protocol that the client wants to go on with; nil when it asks for none that could be passed on.
    var upgrade: [UInt8]?
    /// The trace that began with it, since it brought none; nil when it did, or traces are not looked at.
    var beganTrace: TraceParent?
    var times: ExchangeTimes
    let table: LoopTable
    let matching: RouteMatching
    /// The arm that was chosen: its version is counted.
    let draw: Draw
    /// The client named the version; nothing it does is counted for a cohort.
    let isPinned: Bool
    /// The arm that answers: stable's when it stands in for the canary.
    private(set) var servingArm: Int
    private(set) var substitution = Substitution.none
    /// The upstream of `servingArm` that was picked for the attempt.
    private(set) var target: ArmUpstream?
    /// The last one of the arm that was chosen.
    private(set) var chosenTarget: ArmUpstream?
    /// The address of `target` that was picked with it.
    private(set) var endpoint: UpstreamEndpoint?
    /// There was another address that could have been picked.
    private(set) var hasChoice = false
    /// Addresses of `servingArm` that no connection could be made to.
    private var tried: [UpstreamEndpoint] = []
    /// Upstreams of `servingArm`, by index, whose name stands for nothing.
    private(set) var unresolved: Set<Int> = []
    /// Whether it has a place within the limit of `servingArm`.
    var admission = VersionGate.Admission.none
    /// Why, of the last one; a shortage of the gateway's own outweighs the rest, since it leaves the arm unjudged.
    var connectFailure = ConnectFailure.unreachable
    /// Body bytes that wait for a connection.
    var held: [UInt8] = []
    var bodyBytes = 0
    /// Body bytes that were sent and may have to be sent again.
    var sent: [UInt8] = []
    /// How many the loop has made room for.
    var keptBytes = 0
    /// Bytes of the answer's body, chunk marks included, that were passed on.
    var answerBytes = 0
    /// When the plan gives the canary up; `never` while nobody waits for that.
    var lateAt = LoopTime.never
    /// The client was told to send its body.
    var hasContinued = false
    /// What the version that was chosen has come to; nil until it is counted.
    var outcome: Outcome?
    /// The version that was chosen couldn't be connected, which the watch over its rollout hasn't been shown.
    var hasUnwatchedFailure = false
    /// Why the gateway answers itself; nil when it doesn't.
    var problem: GatewayProblem?
    /// What a problem answer says beyond its title.
    var problemDetail: StaticString?
    /// What is kept for the tap; nil when nobody looks.
    var capture: TapCapture?
    /// The canary is asked as well; nil when it isn't.
    var copy: RequestCopy?

    /// Why another version answers than the one that was chosen.
    enum Substitution: Equatable {
        case none
        /// It was never asked.
        case fallback
        /// It had failed by then.
        case rescue(at: LoopTime)
    }

    init(
        stamp: RequestStamp,
        head: borrowing RequestHead,
        startedAt: LoopTime,
        table: LoopTable,
        matching: RouteMatching,
        draw: Draw,
        isPinned: Bool
    ) {
        self.method = head.method
        self.isVersion10 = head.isVersion10
        self.methodName = head.methodName
        self.path = head.target.path
        self.trace = head.fields.onlyValue(of: .traceParent) ?? .empty
        self.stamp = stamp
        self.id = RequestID(stamp, signedWith: table.table.stampKey)
        self.times = ExchangeTimes(startedAt: startedAt)
        self.table = table
        self.matching = matching
        self.draw = draw
        self.isPinned = isPinned
        self.servingArm = draw.arm
    }

    func hold(_ part: RawSpan) { self.held.append(contentsOf: part) }

    func pick(_ target: ArmUpstream, at endpoint: UpstreamEndpoint?, hasChoice: Bool) {
        self.target = target
        self.endpoint = endpoint
        self.hasChoice = hasChoice
        if self.substitution == .none { self.chosenTarget = target }
    }

    /// Lets `arm` answer from now on, under another id: no version is judged by what it says.
    func substitute(_ arm: Int, as substitution: Substitution) {
        self.servingArm = arm
        self.substitution = substitution
        self.times = ExchangeTimes(startedAt: self.times.startedAt)
        self.lateAt = .never
        self.judgeNobody(.substituted)
        self.tried = []
        self.unresolved = []
        self.connectFailure = .unreachable
    }

    /// The answer says nothing about a version, and the id says so.
    func judgeNobody(_ standing: RequestStamp.Standing) {
        self.stamp = self.stamp.standing(standing)
        self.id = RequestID(self.stamp, signedWith: self.table.table.stampKey)
    }

    /// What was sent waits to be sent again, before what waits already.
    func rewind() {
        if self.sent.isEmpty { return }
        self.held = self.sent + self.held
        self.sent = []
    }

    func hasTried(_ endpoint: UpstreamEndpoint) -> Bool { self.tried.contains { $0 === endpoint } }

    func connectFailed(_ failure: ConnectFailure, to candidate: UpstreamCandidate) {
        if let endpoint = candidate.endpoint {
            self.tried.append(endpoint)
        } else {
            self.unresolved.insert(candidate.target.index)
        }
        if failure == .shortage { self.connectFailure = .shortage }
    }

    var versionName: [UInt8] { self.table.table.arms[self.servingArm].versionName }
    var arm: Int { self.draw.arm }
    var chosenArm: TableArm { self.table.table.arms[self.draw.arm] }
    /// The field that says how the answer came about; nil when the version that was drawn has given it.
    var mark: StaticString? {
        switch self.substitution {
        case .none: self.isPinned ? "x-serin-pinned: true" : nil
        case .fallback: "x-serin-fallback: stable"
        case .rescue: "x-serin-rescued: stable"
        }
    }
    var model: ModelName { self.chosenArm.key.model }
    /// Over the rollout of its route; nil where there is no hard stop.
    var watch: TripWatch? { self.table.watches.isEmpty ? nil : self.table.watches[self.matching.route] }
}
