import Statistics

/// The latencies of both versions in one interval.
struct LatencyCounts: Sendable {
    var canary = LatencySample()
    var stable = LatencySample()
    /// The canary's share of the traffic as routed, in 0…1.
    let share: Double

    var stratum: LatencyStratum { LatencyStratum(canary: canary.histogram, stable: stable.histogram) }

    mutating func add(_ other: LatencyCounts) {
        canary.add(other.canary)
        stable.add(other.stable)
    }
}

/// The latencies of one version in all the shapes that rules look at.
struct LatencySample: Sendable {
    private(set) var histogram = LatencyHistogram()
    /// In microseconds.
    private(set) var moments = Moments()
    /// Of natural logarithms.
    private(set) var logarithms = Moments()

    init() {}

    /// - Parameter shapes: What is drawn from, each so many times.
    init(drawing shapes: [(shape: LatencyShape, count: Int64)], _ random: inout SeededRandom) {
        var (sum, squares, logSum, logSquares, count) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for (shape, draws) in shapes {
            for _ in 0..<draws {
                let index = random.index(below: LatencyShape.count)
                let (microseconds, logarithm) = (shape.microseconds[index], shape.logarithms[index])
                histogram.record(microseconds: microseconds)
                sum += Double(microseconds)
                squares += Double(microseconds) * Double(microseconds)
                logSum += logarithm
                logSquares += logarithm * logarithm
            }
            count += Double(draws)
        }
        guard count > 0 else { return }
        moments = Self.moments(count, sum, squares)
        logarithms = Self.moments(count, logSum, logSquares)
    }

    /// Sums of squares are exact enough here: the values are few and of the size of their spread.
    private static func moments(_ count: Double, _ sum: Double, _ squares: Double) -> Moments {
        Moments(count: Int64(count), mean: sum / count, squaredDeviations: max(0, squares - sum * sum / count))
    }

    mutating func add(_ other: LatencySample) {
        histogram.merge(other.histogram)
        moments.merge(other.moments)
        logarithms.merge(other.logarithms)
    }
}
