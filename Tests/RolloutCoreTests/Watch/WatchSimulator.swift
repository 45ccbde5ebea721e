import RolloutCore
import Statistics

/// Draws what stable does, minute by minute, and lets a watch see it.
struct WatchSimulator {
    /// What a minute is like.
    struct Traffic {
        var requests: Int64 = 120
        var errors = 0.01
        var slowness = 1.0
        var feature = 0.0
        var cats = 0.5
        var missing = 0.01
        var wrong = 0.1
    }

    private(set) var watch: StableWatch
    private(set) var events: [WatchEvent] = []
    private(set) var minutes = 0
    private var random: SplitMix64
    /// Whether payloads and labels are drawn, too.
    private let hasDetail: Bool

    init(seed: UInt64, settings: WatchSettings = WatchSettings(), baseline: Baseline? = nil, hasDetail: Bool = true) {
        self.watch = StableWatch(settings: settings, baseline: baseline)
        self.random = SplitMix64(seed: seed)
        self.hasDetail = hasDetail
    }

    static func minute(_ number: Int) -> Timestamp { origin.adding(seconds: Double(60 * number)) }

    mutating func run(_ count: Int, _ traffic: Traffic = Traffic()) {
        for _ in 0..<count {
            self.events += self.watch.fold(self.draw(traffic), minute: Self.minute(self.minutes))
            self.minutes += 1
        }
    }

    mutating func replaceWatch(_ watch: StableWatch) { self.watch = watch }

    mutating func draw(_ traffic: Traffic) -> CohortTally {
        let errors = self.random.binomial(traffic.requests, traffic.errors)
        var tally = CohortTally(outcomes: .fixture(requests: traffic.requests, errors: errors))
        for _ in 0..<20 {
            tally.latency.record(
                microseconds: Int64(50_000 * traffic.slowness * (1 + 0.5 * self.random.unit())),
                count: traffic.requests / 20
            )
        }
        guard self.hasDetail else { return tally }
        let numbers = (0..<60).map { _ in self.random.normal(mean: traffic.feature) }
        let cats = self.random.binomial(60, traffic.cats)
        tally.detail.payloads.inspected = 60
        tally.detail.signals = [
            signalName("x"): .numbers(numbers, role: .feature, missing: self.random.binomial(60, traffic.missing)),
            signalName("answer"): .classes(["cat": cats, "dog": 60 - cats]),
        ]
        tally.detail.quality.overall = .binary(rows: 40, wrong: self.random.binomial(40, traffic.wrong))
        return tally
    }
}
