import RealModule

/// How many of `successes` fall into a sample of `draws` out of `draws + rest` units, when assignment is random.
///
/// For a stratum: draws = canary units, rest = stable units, successes = bad units of both.
struct HypergeometricDistribution {
    let draws: Double
    let rest: Double
    let successes: Double

    /// Terms below this share of the largest one are left out of a sum. The mass is log-concave, so what lies
    /// beyond is smaller than this times the standard deviation: far under the precision of `Double`.
    private static let negligibleTerm = 1e-20

    init(_ stratum: Stratum) {
        draws = Double(stratum.n1)
        rest = Double(stratum.n0)
        successes = Double(stratum.bad)
    }

    var population: Double { draws + rest }
    var mean: Double { draws * successes / population }
    var lowest: Double { max(0, successes - rest) }
    var highest: Double { min(draws, successes) }

    /// Zero when the margins fix the table.
    var variance: Double {
        guard population > 1 else { return 0 }
        return mean * (rest / population) * ((population - successes) / (population - 1))
    }

    /// ln P(X = k) for an integer k of the support, as three binomial masses (the decomposition of R's `dhyper`):
    /// accurate to about 1e-14 at any population, where differences of log-gamma lose up to eight digits.
    func logMass(_ k: Double) -> Double {
        let share = successes / population
        let complement = (population - successes) / population
        return BinomialMass.log(k, of: draws, share: share, complement: complement)
            + BinomialMass.log(successes - k, of: rest, share: share, complement: complement)
            - BinomialMass.log(successes, of: population, share: share, complement: complement)
    }

    /// ln E[ψ^X], summed outwards from the largest term until terms no longer count: O(standard deviation).
    func logExpectation(ofPowersOf oddsRatio: Double) -> Double {
        guard oddsRatio != 1 else { return 0 }
        let mode = mode(tiltedBy: oddsRatio)
        let largest = logMass(mode) + mode * .log(oddsRatio)
        let terms = 1 + sumAbove(mode, oddsRatio) + sumBelow(mode, oddsRatio)
        return largest + .log(terms)
    }

    /// The mode of Fisher's noncentral hypergeometric distribution (Liao & Rosen 2001), kept inside the support.
    func mode(tiltedBy oddsRatio: Double) -> Double {
        let a = oddsRatio - 1
        let b = successes - rest - (draws + successes + 2) * oddsRatio
        let c = (draws + 1) * (successes + 1) * oddsRatio
        let root = -2 * c / (b - (b * b - 4 * a * c).squareRoot())
        return min(max(root.rounded(.down), lowest), highest)
    }

    /// Σ of the terms above `mode`, relative to the term at `mode`.
    private func sumAbove(_ mode: Double, _ oddsRatio: Double) -> Double {
        var (sum, term) = (0.0, 1.0)
        var k = mode
        let gap = rest - successes
        while k < highest, term > Self.negligibleTerm {
            term *= (draws - k) * (successes - k) * oddsRatio / ((k + 1) * (gap + k + 1))
            sum += term
            k += 1
        }
        return sum
    }

    /// Σ of the terms below `mode`, relative to the term at `mode`.
    private func sumBelow(_ mode: Double, _ oddsRatio: Double) -> Double {
        var (sum, term) = (0.0, 1.0)
        var k = mode
        let gap = rest - successes
        while k > lowest, term > Self.negligibleTerm {
            term *= k * (gap + k) / ((draws - k + 1) * (successes - k + 1) * oddsRatio)
            sum += term
            k -= 1
        }
        return sum
    }
}
