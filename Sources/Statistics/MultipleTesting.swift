import RealModule

/// Which of many tests to believe.
package enum MultipleTesting {
    /// e-BH: the k largest E with k = max{k : E₍ₖ₎ ≥ K/(αk)}. The share of false ones among them is at most `alpha` on
    /// average, under any dependence and at any time. R. Wang and A. Ramdas 2022.
    ///
    /// - Parameter logE: ln E of each test.
    /// - Returns: the indices of the rejected tests, ascending.
    package static func eBenjaminiHochberg(logE: [Double], alpha: Double) -> [Int] {
        largest(of: logE) { rank in .log(Double(logE.count) / (alpha * Double(rank))) }
    }

    /// The same of E itself, for which a threshold that is met exactly is met without a rounded logarithm between.
    package static func eBenjaminiHochberg(eValues: [Double], alpha: Double) -> [Int] {
        largest(of: eValues) { rank in Double(eValues.count) / (alpha * Double(rank)) }
    }

    /// The indices of the k largest values with the largest k whose k-th value reaches its threshold.
    private static func largest(of values: [Double], threshold: (_ rank: Int) -> Double) -> [Int] {
        let ranked = values.indices.sorted { values[$0] > values[$1] }
        let last = ranked.indices.last { values[ranked[$0]] >= threshold($0 + 1) }
        return last.map { ranked[...$0].sorted() } ?? []
    }

    /// The classical procedure on p-values, for one look and tests that are independent or positively dependent.
    /// Y. Benjamini and Y. Hochberg 1995.
    ///
    /// - Returns: the indices of the rejected tests, ascending.
    package static func benjaminiHochberg(pValues: [Double], rate: Double) -> [Int] {
        let ranked = pValues.indices.sorted { pValues[$0] < pValues[$1] }
        let last = ranked.indices.last { rank in
            pValues[ranked[rank]] <= rate * Double(rank + 1) / Double(pValues.count)
        }
        return last.map { ranked[...$0].sorted() } ?? []
    }
}
