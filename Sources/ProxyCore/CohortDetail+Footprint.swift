import RolloutCore
import Statistics

extension CohortDetail {
    /// About how many bytes it takes up in memory.
    var footprint: Int {
        self.upstreams.count * 256 + self.signals.reduce(0) { $0 + $1.key.text.utf8.count + $1.value.footprint }
    }
}

extension SignalTally {
    fileprivate var footprint: Int {
        switch self.values {
        case .numbers(let numbers): 256 + numbers.counts.buckets.count * 12
        case .classes(let classes): 256 + classes.counts.reduce(0) { $0 + $1.key.utf8.count + 40 }
        }
    }
}

extension CohortDetail {
    /// Forgets the distributions, and says so in the counts.
    mutating func dropSignals() {
        self.signals.removeAll()
        let (dropped, oversized) = (self.payloads.dropped + self.payloads.inspected, self.payloads.oversized)
        self.payloads = PayloadTally(oversized: oversized, dropped: dropped)
    }
}
