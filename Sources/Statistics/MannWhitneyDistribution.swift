/// How Mann and Whitney's U is distributed when all arrangements of two samples without ties are equally likely.
struct MannWhitneyDistribution {
    private let largest: Int
    /// P(U = u) for u of 0 up to the middle.
    private let masses: [Double]

    /// The coefficients of Π(1 − x^(m+i))/(1 − x^i), divided by their sum factor by factor so that none overflows:
    /// O(n·nm) with n the smaller sample.
    init(firstCount: Int, secondCount: Int) {
        let (n, m) = (min(firstCount, secondCount), max(firstCount, secondCount))
        largest = n * m
        var masses = Array(repeating: 0.0, count: largest / 2 + 1)
        masses[0] = 1
        for i in 1...max(n, 1) where n > 0 {
            for u in masses.indices.dropFirst(m + i).reversed() { masses[u] -= masses[u - m - i] }
            for u in masses.indices.dropFirst(i) { masses[u] += masses[u - i] }
            let scale = Double(i) / Double(m + i)
            for u in masses.indices { masses[u] *= scale }
        }
        self.masses = masses
    }

    /// P(U ≥ u).
    func upperTail(_ u: Int) -> Double {
        // By symmetry the tail is summed on the side on which it is short.
        u > largest - u ? lowerTail(largest - u) : 1 - lowerTail(u - 1)
    }

    /// P(U ≤ u) for u up to the middle.
    private func lowerTail(_ u: Int) -> Double {
        u < 0 ? 0 : masses[...min(u, masses.count - 1)].reduce(0, +)
    }
}
