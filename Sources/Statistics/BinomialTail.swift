import RealModule

/// Exact tail probabilities of the binomial distribution.
package enum BinomialTail {
    /// P(X ≥ `successes`) for `trials` of probability `share`, summed until terms no longer count.
    ///
    /// - Precondition: `successes` lies in 0...`trials` and `share` in 0...1.
    package static func upper(successes: Int64, trials: Int64, share: Double) -> Double {
        precondition((0...trials).contains(successes), "successes are some of the trials")
        precondition((0...1).contains(share), "a probability lies in 0...1")
        if successes == 0 { return 1 }
        if share == 0 { return 0 }
        if share == 1 { return 1 }
        let (n, mean) = (Double(trials), Double(trials) * share)
        let odds = share / (1 - share)
        if Double(successes) > mean {
            return min(1, sum(from: Double(successes), of: n, share: share) { k in ((n - k) / (k + 1) * odds, k + 1) })
        }
        let below = sum(from: Double(successes - 1), of: n, share: share) { k in (k / (n - k + 1) / odds, k - 1) }
        return max(0, 1 - below)
    }

    /// Sums masses outwards from `k`; `step` gives the ratio to the next mass and its place.
    private static func sum(
        from k: Double,
        of n: Double,
        share: Double,
        step: (Double) -> (ratio: Double, place: Double)
    ) -> Double {
        let first = BinomialMass.log(k, of: n, share: share, complement: 1 - share)
        var (total, term, place) = (1.0, 1.0, k)
        while true {
            let next = step(place)
            term *= next.ratio
            place = next.place
            if term < 1e-17 * total || place < 0 || place > n { break }
            total += term
        }
        return .exp(first) * total
    }
}
