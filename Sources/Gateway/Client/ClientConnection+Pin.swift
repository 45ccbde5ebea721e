import HTTPWire
import ProxyCore
import RolloutCore

// MARK: - Pinned requests

extension ClientConnection {
    /// Where a request to `route` goes: as it is pinned, else as it is drawn.
    ///
    /// - Parameter source: The head in the loop's `requestHead`.
    /// - Returns: nil for a pin that is refused, which has then been answered.
    func place(_ source: RawSpan, route: Int, _ table: RouteTable, isPersistent: Bool) -> (draw: Draw, isPinned: Bool)?
    {
        let loop = self.loop
        switch table.pin(loop.requestHead.fields, source: source, route: route, at: loop.wallTime) {
        case .none:
            let assignment = table.routes[route].assignment
            let draw = assignment.draw(for: loop.requestHead.fields, source: source, random: &loop.random)
            return (loop.current.heeding(draw, route: route), false)
        case .arm(let arm): return (Draw(arm: arm), true)
        case .refused(let refusal):
            self.answerUnrouted(refusal.problem, refusal.detail, isPersistent: isPersistent)
            return nil
        }
    }
}
