import ControlWire
import Foundation
import RolloutCore
import RolloutEngine

/// Watches committed routes arrive at the gateways.
struct Propagation {
    /// How long an answer waits for gateways; the command itself is committed by then.
    private static let patience = Duration.seconds(1)
    private static let pause: TimeInterval = 0.01

    let store: any RolloutStore

    /// Waits until every live gateway routes by `generation`, a second at most.
    ///
    /// - Parameter isNews: A repeated command changed nothing, so there is nothing to wait for.
    func wait(for generation: Int64, isNews: Bool) -> PropagationResponse {
        let end = ContinuousClock.now.advanced(by: isNews ? Self.patience : .zero)
        while true {
            // Committed is committed: that the gateways' reports can't be read now doesn't make the command fail.
            let known =
                (try? self.store.read { view in
                    try view.gateways().filter { $0.isKnown(at: view.now) }.map { ($0, $0.isLive(at: view.now)) }
                }) ?? []
            let live = known.filter(\.1).map(\.0)
            let pending = live.filter { $0.appliedGeneration < generation }
            if pending.isEmpty || ContinuousClock.now >= end {
                return PropagationResponse(
                    generation: generation,
                    applied: live.filter { $0.appliedGeneration >= generation }.map(\.name),
                    pending: pending.map(\.name),
                    silent: known.filter { !$0.1 && $0.0.appliedGeneration < generation }.map(\.0.name)
                )
            }
            Thread.sleep(forTimeInterval: Self.pause)
        }
    }
}

extension GatewayReport {
    /// Gateways report once a second.
    func isLive(at now: Timestamp) -> Bool { now.seconds(since: self.seenAt) < 5 }

    /// Who hasn't reported for an hour was taken away, not cut off.
    func isKnown(at now: Timestamp) -> Bool { now.seconds(since: self.seenAt) < 3_600 }
}
