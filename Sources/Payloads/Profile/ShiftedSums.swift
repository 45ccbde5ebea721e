import Statistics

/// Sums of differences from a value near the mean, which lose nothing to cancellation and need no division a number.
struct ShiftedSums: Sendable {
    /// What is subtracted; the first number, unless one is known that is nearer to the mean.
    private(set) var shift: Double?
    private(set) var count = 0
    private var sum = 0.0
    private var squares = 0.0

    init(around shift: Double? = nil) {
        self.shift = shift
    }

    @inline(__always)
    mutating func add(_ value: Double) {
        let difference = value - (self.shift ?? value)
        if self.shift == nil { self.shift = value }
        self.count &+= 1
        self.sum += difference
        self.squares += difference * difference
    }

    var moments: Moments {
        guard self.count > 0, let shift = self.shift else { return Moments() }
        let n = Double(self.count)
        return Moments(
            count: Int64(self.count),
            mean: shift + self.sum / n,
            squaredDeviations: max(0, self.squares - self.sum * self.sum / n)
        )
    }
}
