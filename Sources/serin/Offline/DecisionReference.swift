import ArgumentParser
import RolloutCore

/// A decision as people name it: `ROLLOUT:SEQUENCE`.
struct DecisionReference: Equatable, ExpressibleByArgument {
    let rollout: RolloutID
    let sequence: Int64

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let rollout = Int64(parts[0]), let sequence = Int64(parts[1]), rollout > 0, sequence > 0
        else { return nil }
        self.rollout = RolloutID(rollout)
        self.sequence = sequence
    }
}
