package import RolloutCore

/// Chooses the requests of one route on one event loop whose payloads are looked at. It never sees a request, so what is in it
/// can't matter.
///
/// There are two samples, drawn independently: payloads that are counted, and predictions that wait for labels. The latter have
/// one probability for all arms. A request of the second alone is read, but not counted: it would change the first's odds.
package struct TapSampler: Equatable, Sendable {
    /// Ticks of an event loop in a second.
    package static let ticksPerSecond = 10

    package let model: ModelName
    private let firstArm: Int
    private let bodyLimit: Int
    private var looks: LookSample
    private var marks: Marks

    /// The sample whose predictions are kept.
    fileprivate struct Marks: Equatable, Sendable {
        /// Predictions a second.
        let share: Double
        /// A request is marked when a random number is not above it.
        var threshold: UInt64 = .max
        /// Requests that may still be marked, so that a sudden rush is bounded, too.
        var tokens: Double
        /// How many rows a marked request may leave.
        var rows: Int
        var seen = 0
        var ticks = 0

        init(share: Double) {
            self.share = share
            self.tokens = max(1, share)
            self.rows = max(1, Int(share))
        }
    }

    /// - Parameters:
    ///   - route: One whose payloads are looked at.
    ///   - loopCount: Event loops that share the model's rates.
    ///   - predecessor: What the loop has learned of the model's traffic goes on.
    package init(_ route: TableRoute, signals: ModelSignals, loopCount: Int, continuing predecessor: TapSampler?) {
        self.model = route.model
        self.firstArm = route.arms.lowerBound
        self.bodyLimit = signals.maximumBodyBytes
        self.looks = LookSample(
            weights: route.weights,
            budget: Double(signals.inspectPerSecond) / Double(loopCount),
            continuing: predecessor?.looks
        )
        let share = Double(signals.predictionsPerSecond) / Double(loopCount)
        if let predecessor, predecessor.marks.share == share {
            self.marks = predecessor.marks
        } else {
            self.marks = Marks(share: share)
        }
    }

    /// - Parameter arm: Index in the table's `arms`.
    /// - Returns: nil when the request is left alone.
    package mutating func draw(arm: Int, random: inout some RandomNumberGenerator) -> TapDraw? {
        let rows = self.marks.draw(&random)
        let look = self.looks.draw(arm: arm - self.firstArm, random: &random)
        if look == .no && rows == 0 { return nil }
        return TapDraw(look: look, predictionRows: rows, bodyLimit: self.bodyLimit)
    }

    /// Ends a tenth of a second.
    package mutating func tick() {
        self.looks.tick()
        self.marks.tick()
    }
}

extension TapSampler.Marks {
    /// - Returns: Rows to keep; 0 when the request isn't marked.
    fileprivate mutating func draw(_ random: inout some RandomNumberGenerator) -> Int {
        guard self.share > 0 else { return 0 }
        self.seen += 1
        guard random.next() <= self.threshold, self.tokens >= 1 else { return 0 }
        self.tokens -= 1
        return self.rows
    }

    fileprivate mutating func tick() {
        self.tokens = min(max(1, 2 * self.share), self.tokens + self.share / Double(TapSampler.ticksPerSecond))
        self.ticks += 1
        guard self.ticks == TapSampler.ticksPerSecond else { return }
        // The probability of the next second is what would have been right for the last one.
        let wanted = self.share / Double(max(1, self.seen))
        self.threshold = wanted < 1 ? UInt64(wanted * 0x1p64) : .max
        self.rows = max(1, Int(wanted))
        self.seen = 0
        self.ticks = 0
    }
}
