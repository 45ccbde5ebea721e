import RealModule

/// The fixed bucket edges of ``LatencyHistogram`` in microseconds, and a way to them without logarithms.
enum LatencyBuckets {
    /// Quantiles read from these buckets are within 1 % of the values.
    static let scheme = LogarithmicBuckets(relativeAccuracy: 0.01)
    /// The last bucket of the logarithmic scheme: the one that holds 100 s.
    static let lastRegular = 922
    /// Everything above the last regular bucket.
    static let overflow = lastRegular + 1
    static let count = overflow + 1

    /// Each octave is cut into 2^6 cells: 1.6 % wide at most, so a cell meets at most one bucket edge.
    private static let cellBits = 6

    /// The largest whole number of microseconds in each regular bucket.
    private static let upperBounds: [Int64] = (0...lastRegular).map { Int64(scheme.upperBound(of: $0)) }

    /// The bucket of the smallest value of each cell.
    private static let bucketOfCell: [UInt16] = {
        let octaves = Int64.bitWidth - upperBounds[lastRegular].leadingZeroBitCount
        return (0..<octaves << cellBits).map { cell in
            let octave = cell >> cellBits
            let mantissa = Int64(cell & (1 << cellBits - 1)) + 1 << cellBits
            // Rounds up: below 2^6 not every cell starts at a whole number.
            let shift = octave - cellBits
            let smallest = shift >= 0 ? mantissa << shift : (mantissa + (1 << -shift) - 1) >> -shift
            return UInt16(upperBounds.firstIndex { $0 >= smallest } ?? overflow)
        }
    }()

    /// The bucket of a latency: equal to ⌈ln v / ln γ⌉, 0 for 1 µs and less.
    static func bucket(microseconds: Int64) -> Int {
        guard microseconds > 1 else { return 0 }
        guard microseconds <= upperBounds[lastRegular] else { return overflow }
        let octave = Int64.bitWidth - 1 - microseconds.leadingZeroBitCount
        let shift = octave - cellBits
        let mantissa = shift >= 0 ? microseconds >> shift : microseconds << -shift
        let cell = octave << cellBits | Int(mantissa) & (1 << cellBits - 1)
        let bucket = Int(bucketOfCell[cell])
        return microseconds <= upperBounds[bucket] ? bucket : bucket + 1
    }

    /// The upper edge of a bucket in microseconds; infinite for the overflow bucket.
    static func upperBound(of bucket: Int) -> Double {
        bucket < overflow ? scheme.upperBound(of: bucket) : .infinity
    }
}
