/// The density of a Brownian motion that has not yet crossed a limit, on a grid.
struct StoppedWalk {
    let sides: Sides
    private var time = 0.0
    private var positions: [Double] = [0]
    /// Density times integration weight.
    private var masses: [Double] = [1]

    init(sides: Sides) {
        self.sides = sides
    }

    /// The probability to cross at `time` and not before.
    func crossingProbability(limit: Double, time: Double) -> Double {
        let scale = 1 / (time - self.time).squareRoot()
        let edge = limit * time.squareRoot()
        return zip(positions, masses).reduce(0) { sum, point in
            let above = NormalDistribution.upperTail((edge - point.0) * scale)
            let below = sides == .two ? NormalDistribution.upperTail((edge + point.0) * scale) : 0
            return sum + point.1 * (above + below)
        }
    }

    /// Moves on to `time`, keeping what has not crossed.
    mutating func advance(limit: Double, time: Double) {
        let deviation = (time - self.time).squareRoot()
        let upper = limit * time.squareRoot()
        // Eight standard deviations down there is nothing left to lose.
        let lower = sides == .two ? -upper : -8 * time.squareRoot()
        // An even number of Simpson steps, each a tenth of a standard deviation of the increment at most.
        let steps = max(2, 2 * Int(((upper - lower) / (0.2 * deviation)).rounded(.up)))
        let width = (upper - lower) / Double(steps)
        let next = (0...steps).map { lower + Double($0) * width }
        masses = next.enumerated().map { index, position in
            let weight = index == 0 || index == steps ? 1.0 : index.isMultiple(of: 2) ? 2 : 4
            let density = zip(positions, masses).reduce(0) { sum, point in
                sum + point.1 * NormalDistribution.density((position - point.0) / deviation)
            }
            return weight * width / 3 * density / deviation
        }
        positions = next
        self.time = time
    }
}
