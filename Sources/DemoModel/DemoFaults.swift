/// The dials that make a healthy model misbehave, applied to inference requests only.
package struct DemoFaults: Equatable, Sendable {
    package static let none = DemoFaults()

    /// Share of inference requests answered with status 500, in `0...1`.
    package let errorRate: Double
    /// Added before the answer of a delayed request.
    package let delay: Duration
    /// Share of inference requests that are delayed, in `0...1`; errors and delays are drawn independently.
    package let delayShare: Double
    /// Two servers with equal dials and seed treat their n-th inference request alike.
    package let seed: UInt64

    /// - Parameter delayMilliseconds: `0...60_000`.
    package init(
        errorRate: Double,
        delayMilliseconds: Int = 0,
        delayShare: Double = 1,
        seed: UInt64 = 1
    ) throws(DemoFaultsError) {
        guard (0...1).contains(errorRate) else { throw .errorRateOutOfRange(errorRate) }
        guard (0...60_000).contains(delayMilliseconds) else { throw .delayOutOfRange(delayMilliseconds) }
        guard (0...1).contains(delayShare) else { throw .delayShareOutOfRange(delayShare) }
        self.errorRate = errorRate
        self.delay = .milliseconds(delayMilliseconds)
        self.delayShare = delayShare
        self.seed = seed
    }

    private init() {
        self.errorRate = 0
        self.delay = .zero
        self.delayShare = 1
        self.seed = 1
    }
}

package enum DemoFaultsError: Error, Equatable, CustomStringConvertible {
    case errorRateOutOfRange(Double)
    case delayOutOfRange(Int)
    case delayShareOutOfRange(Double)

    package var description: String {
        switch self {
        case .errorRateOutOfRange(let rate):
            "error rate \(rate) is not a share: give a number from 0 to 1, such as 0.2"
        case .delayOutOfRange(let milliseconds):
            "delay of \(milliseconds) ms is out of range: give 0 to 60000"
        case .delayShareOutOfRange(let share):
            "delay share \(share) is not a share: give a number from 0 to 1, such as 0.5"
        }
    }
}
