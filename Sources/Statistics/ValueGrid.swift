/// Fixed buckets for numbers of any size and sign, so that histograms of any gateways and times merge by addition.
///
/// An octave has 32 buckets (a bucket is at most 3.1 % wide), on both sides of zero; a bucket is named by the leading bits of the
/// number itself, which costs a shift. Buckets ascend with their values.
package enum ValueGrid: String, Hashable, Sendable, Codable, CaseIterable {
    /// Numbers: finest near 0.
    case number
    /// Shares and probabilities: finest near 0 and, mirrored, near 1.
    case share

    /// Bits of the mantissa that count.
    private static let mantissaBits = 5
    private static let shift = UInt64(52 - mantissaBits)
    /// The bucket of 0.5 on the number grid.
    private static let middle = Int32(truncatingIfNeeded: (0.5).bitPattern >> shift)
    /// The first bucket of the number grid that no finite number is in.
    private static let endless = Int32(truncatingIfNeeded: Double.infinity.bitPattern >> shift)

    /// The buckets whose bounds are finite; of shares, those between 0 and 1.
    package var buckets: ClosedRange<Int32> {
        switch self {
        case .number: ~(Self.endless - 2)...Self.endless - 2
        case .share: 0...2 * Self.middle - 1
        }
    }

    /// - Parameter value: Finite.
    package func bucket(of value: Double) -> Int32 {
        switch self {
        case .number: Self.key(value)
        case .share: value < 0.5 ? Self.key(value) : 2 * Self.middle - 1 - Self.key(1 - value)
        }
    }

    /// No value of the bucket is below this; ±∞ for a bucket beyond those that numbers have.
    package func lowerBound(of bucket: Int32) -> Double {
        switch self {
        case .number: Self.lower(bucket)
        case .share where bucket < Self.middle: Self.lower(bucket)
        // The mirror image of a bucket's upper end is the lower end of its image.
        case .share: 1 - Self.lower(2 * Self.middle - 1 - bucket + 1)
        }
    }

    /// Where the next bucket begins: every value of this one is below.
    package func upperBound(of bucket: Int32) -> Double {
        bucket == .max ? .infinity : self.lowerBound(of: bucket + 1)
    }

    /// The middle of the bucket: what stands for its values in means and distances.
    package func representative(of bucket: Int32) -> Double {
        if bucket == Self.key(0), self == .number { return 0 }
        return (self.lowerBound(of: bucket) + self.upperBound(of: bucket)) / 2
    }

    private static func key(_ value: Double) -> Int32 {
        let magnitude = Int32(truncatingIfNeeded: value.magnitude.bitPattern >> shift)
        return value < 0 ? ~magnitude : magnitude
    }

    private static func lower(_ key: Int32) -> Double {
        if key >= 0 { return Double(bitPattern: UInt64(min(key, self.endless)) << shift) }
        // The bucket of -v holds what is as large as v's: its lower end is the upper end of v's bucket.
        return -Double(bitPattern: UInt64(min(~key, self.endless - 1) + 1) << shift)
    }
}
