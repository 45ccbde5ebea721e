/// A row of numbers that are the probabilities of classes.
struct ProbabilityRow: Hashable {
    /// The class with the largest probability; the first of several.
    let mostLikely: Int
    /// Its probability.
    let confidence: Double

    /// How far from 1 the sum may be.
    private static let slack = 1e-3

    /// nil for fewer than two numbers, and for ones that are negative or don't sum to 1.
    init?(_ cells: ArraySlice<Cell>) {
        guard cells.count > 1 else { return nil }
        var sum = 0.0
        var largest = -1.0
        var place = 0
        for (index, cell) in cells.enumerated() {
            guard let number = cell.number, number >= 0 else { return nil }
            sum += number
            if number > largest { (largest, place) = (number, index) }
        }
        guard abs(sum - 1) <= Self.slack else { return nil }
        self.mostLikely = place
        self.confidence = largest
    }
}
