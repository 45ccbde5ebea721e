internal import RealModule
import Statistics

/// 4 096 equally likely latencies in microseconds: lognormal with median 50 ms and σ 0.6, the p99 being 202 ms.
struct LatencyShape: Sendable {
    static let count = 4_096

    let microseconds: [Int64]
    let logarithms: [Double]

    /// - Parameter slowness: What every latency is multiplied with.
    init(slowness: Double = 1) {
        let values = (0..<Self.count).map { index in
            let quantile = NormalDistribution.quantile((Double(index) + 0.5) / Double(Self.count))
            return slowness * 50_000 * Double.exp(0.6 * quantile)
        }
        microseconds = values.map { Int64($0) }
        logarithms = values.map { .log($0) }
    }
}
