import RolloutCore
import Statistics

/// Counts finite numbers into the fixed buckets of a grid, a few nanoseconds each.
///
/// Buckets live in pages of 256 that come into being when a number needs them: a signal's values seldom span more than a few.
struct NumberProfile: Sendable {
    /// Larger numbers are refused: their squares, summed, would leave what a `Double` can hold.
    static let magnitudeLimit = 1e100

    private static let pageBits = 8
    private static let pageSize = 1 << pageBits
    /// Bucket numbers are from −2¹⁶ to 2¹⁶ − 1.
    private static let bucketOffset: Int32 = 1 << 16
    private static let pageCount = (2 << 16) >> pageBits
    /// Numbers after which the sums are folded into the moments and begin anew around the mean.
    private static let foldEvery = 1 << 16

    let grid: ValueGrid
    /// For each page its place among `counts`, from 1; 0 for a page that holds nothing. Empty until the first number.
    private var pages: [UInt16] = []
    private var counts: [Int64] = []
    private var moments = Moments()
    private var sums = ShiftedSums()

    init(grid: ValueGrid) {
        self.grid = grid
    }

    var isEmpty: Bool { self.counts.isEmpty }

    /// - Returns: false for a number that is not finite, too large, or on the grid of shares not in 0…1.
    mutating func add(_ value: Double, count: Int64 = 1) -> Bool {
        guard let value = Self.accepted(value, on: self.grid) else { return false }
        let index = self.index(of: value)
        self.counts[index] += count
        if count == 1 {
            self.sums.add(value)
            if self.sums.count >= Self.foldEvery { self.fold() }
        } else {
            self.moments.merge(Moments(count: count, mean: value, squaredDeviations: 0))
        }
        return true
    }

    /// Counts numbers up to the first that is none, is not acceptable, or needs a new page.
    ///
    /// - Parameter index: Where to begin and, afterwards, where it ended.
    mutating func add(_ cells: Span<Cell>, from index: inout Int, by stride: Int) {
        if self.pages.isEmpty { return }
        let (grid, pages) = (self.grid, self.pages)
        var sums = self.sums
        do {
            var counts = self.counts.mutableSpan
            while index < cells.count {
                guard let number = cells[index].number, let value = Self.accepted(number, on: grid) else { break }
                let place = Self.place(grid.bucket(of: value), in: pages.span)
                if place < 0 { break }
                counts[place] &+= 1
                sums.add(value)
                index &+= stride
            }
        }
        self.sums = sums
        if self.sums.count >= Self.foldEvery { self.fold() }
    }

    /// - Returns: How many of the values were refused.
    mutating func add(_ values: Span<Double>) -> Int64 {
        var refused: Int64 = 0
        var index = 0
        while index < values.count {
            self.addKnown(values, from: &index, to: min(values.count, index + Self.foldEvery))
            if index < values.count {
                if !self.add(values[index]) { refused += 1 }
                index += 1
            }
        }
        return refused
    }

    /// Counts values up to the first that is not acceptable or needs a new page.
    private mutating func addKnown(_ values: Span<Double>, from index: inout Int, to end: Int) {
        if self.pages.isEmpty { return }
        let (grid, pages) = (self.grid, self.pages)
        var sums = self.sums
        do {
            var counts = self.counts.mutableSpan
            while index < end {
                guard let value = Self.accepted(values[index], on: grid) else { break }
                let place = Self.place(grid.bucket(of: value), in: pages.span)
                if place < 0 { break }
                counts[place] &+= 1
                sums.add(value)
                index &+= 1
            }
        }
        self.sums = sums
        if self.sums.count >= Self.foldEvery { self.fold() }
    }

    /// Where a bucket's count is; negative when its page is not there.
    @inline(__always)
    private static func place(_ bucket: Int32, in pages: Span<UInt16>) -> Int {
        let bucket = Int(bucket &+ Self.bucketOffset)
        return (Int(pages[bucket >> Self.pageBits]) &- 1) << Self.pageBits | bucket & (Self.pageSize - 1)
    }

    /// What was counted since the last time; nothing is left.
    mutating func drain() -> NumberTally {
        let tally = self.tally
        self.pages.removeAll(keepingCapacity: true)
        self.counts.removeAll(keepingCapacity: true)
        self.moments = Moments()
        self.sums = ShiftedSums(around: self.sums.shift)
        return tally
    }

    var tally: NumberTally {
        var pairs: [(bucket: Int32, count: Int64)] = []
        for (page, place) in self.pages.enumerated() where place > 0 {
            let start = (Int(place) - 1) << Self.pageBits
            for slot in 0..<Self.pageSize where self.counts[start + slot] > 0 {
                let bucket = Int32(page << Self.pageBits | slot) - Self.bucketOffset
                pairs.append((bucket: bucket, count: self.counts[start + slot]))
            }
        }
        var moments = self.moments
        moments.merge(self.sums.moments)
        return NumberTally(grid: self.grid, counts: SparseCounts(pairs), moments: moments)
    }

    /// Whether a number counts.
    func takes(_ value: Double) -> Bool { Self.accepted(value, on: self.grid) != nil }

    @inline(__always)
    private static func accepted(_ value: Double, on grid: ValueGrid) -> Double? {
        switch grid {
        case .number: value.magnitude <= self.magnitudeLimit ? value : nil
        // Probabilities in single precision come out a little above 1.
        case .share: value >= -self.shareSlack && value <= 1 + self.shareSlack ? min(max(value, 0), 1) : nil
        }
    }

    private static let shareSlack = 1e-6

    private mutating func index(of value: Double) -> Int {
        if self.pages.isEmpty { self.pages = [UInt16](repeating: 0, count: Self.pageCount) }
        let bucket = self.grid.bucket(of: value)
        let place = Self.place(bucket, in: self.pages.span)
        if place >= 0 { return place }
        self.counts.append(contentsOf: repeatElement(0, count: Self.pageSize))
        self.pages[Int(bucket &+ Self.bucketOffset) >> Self.pageBits] = UInt16(self.counts.count >> Self.pageBits)
        return Self.place(bucket, in: self.pages.span)
    }

    private mutating func fold() {
        self.moments.merge(self.sums.moments)
        self.sums = ShiftedSums(around: self.moments.mean)
    }
}
