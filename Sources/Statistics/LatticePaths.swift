/// Random orders of two samples, as paths of steps to the right and up from (0, 0) to (width, height).
struct LatticePaths {
    let width: Int
    let height: Int

    /// The probability that i·height − j·width meets a condition at any point (i, j) of the path.
    ///
    /// What meets it is summed as it gets there, so that small probabilities keep their digits, and probabilities of
    /// steps take the place of numbers of paths, which would overflow: O(width·height).
    func probability(of condition: (_ distance: Double) -> Bool) -> Double {
        let reciprocals = [0] + (1...width + height).map { 1 / Double($0) }
        var met = 0.0
        /// The probability to be at (i, j) without having met the condition before, for one i.
        var column = Array(repeating: 0.0, count: height + 1)
        column[0] = 1
        for i in 0...width {
            for j in 0...height where i + j > 0 {
                let perStep = reciprocals[width + height - i - j + 1]
                let fromLeft = column[j] * Double(width - i + 1) * perStep
                let fromBelow = j > 0 ? column[j - 1] * Double(height - j + 1) * perStep : 0
                let probability = i > 0 ? fromLeft + fromBelow : fromBelow
                let isMet = condition(Double(i * height - j * width))
                if isMet { met += probability }
                column[j] = isMet ? 0 : probability
            }
        }
        return min(1, met)
    }
}
