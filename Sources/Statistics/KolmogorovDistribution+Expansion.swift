import RealModule

extension KolmogorovDistribution {
    /// P(D ≤ d) as K₀(z) + K₁(z)/√n + K₂(z)/n + K₃(z)/n^1.5 with z = d√n: W. Pelz and I. Good 1976, in the form of
    /// theta functions that converges for small z.
    func pelzGoodCumulative(_ d: Double) -> Double {
        let n = Double(rows)
        let z = d * n.squareRoot()
        let terms = max(1, Int((16 * z / .pi).rounded(.up)))
        let (z2, z4, z6) = (z * z, Double.pow(z, 4), Double.pow(z, 6))
        let (pi2, pi4, pi6) = (Double.pow(.pi, 2), Double.pow(.pi, 4), Double.pow(.pi, 6))
        var (k0, k1, k2, k3) = (0.0, 0.0, 0.0, 0.0)
        for k in 1...terms {
            let m = Double(2 * k - 1)
            let (m2, m4, m6) = (m * m, Double.pow(m, 4), Double.pow(m, 6))
            let decay = Double.exp(-pi2 * m2 / (8 * z2))
            k0 += decay
            k1 += decay * (pi2 / 4 * m2 - z2)
            k2 += decay * (6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * pi2 / 4 * m2 + pi4 * (1 - 2 * z2) / 16 * m4)
            let outer = -30 * z6 - 90 * .pow(z, 8) + pi2 * (135 * z4 - 96 * z6) / 4 * m2
            k3 += decay * (outer + pi4 * (212 * z4 - 60 * z2) / 16 * m4 + pi6 * (5 - 30 * z2) / 64 * m6)
        }
        var (even2, even3) = (0.0, 0.0)
        for k in 1...terms {
            let k2 = Double(k * k)
            let decay = Double.exp(-pi2 * k2 / (2 * z2))
            even2 += k2 * decay
            even3 += (3 * z2 - pi2 * k2) * k2 * decay
        }
        let root = (2 * .pi as Double).squareRoot()
        let second = root * (k2 / (72 * .pow(z, 7)) - pi2 * even2 / (36 * z * z2))
        let third = root * (k3 / (6480 * .pow(z, 10)) + pi2 * even3 / (216 * z6))
        return root * k0 / z + root * k1 / (6 * z4) / n.squareRoot() + second / n + third / .pow(n, 1.5)
    }
}
