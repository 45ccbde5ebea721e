import ProxyCore
import RolloutCore

/// A request and its whole answer as the tap gets them from an event loop; an object, so that it goes through queues at the cost
/// of one reference.
final class TapExchange: Sendable {
    let table: RouteTable
    let matching: RouteMatching
    /// Index in the table's `arms`.
    let arm: Int
    let stamp: RequestStamp
    /// Its payloads count as its arm's; otherwise it is read for its predictions only.
    let isCounted: Bool
    /// How many predictions are kept for labels.
    let predictionRows: Int
    let request: KeptMessage
    let response: KeptMessage
    let status: Int
    /// From the request being sent to the first byte of the answer's body.
    let firstByteMicroseconds: Int64
    /// From the request being sent to the end of the answer.
    let totalMicroseconds: Int64
    /// Bytes of memory that it keeps from being freed.
    let heldBytes: Int

    init(
        of sent: ClientRequest,
        stamp: RequestStamp,
        isCounted: Bool,
        predictionRows: Int,
        request: KeptMessage,
        response: KeptMessage,
        status: Int,
        firstByteMicroseconds: Int64,
        totalMicroseconds: Int64
    ) {
        self.table = sent.table.table
        self.matching = sent.matching
        self.arm = sent.arm
        self.stamp = stamp
        self.isCounted = isCounted
        self.predictionRows = predictionRows
        self.request = request
        self.response = response
        self.status = status
        self.firstByteMicroseconds = firstByteMicroseconds
        self.totalMicroseconds = totalMicroseconds
        self.heldBytes = request.heldBytes + response.heldBytes + 512
    }

    var key: TelemetryCell.Key { self.table.arms[self.arm].key }
}
