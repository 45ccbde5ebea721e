/// One 2×2 table: what canary and stable did in the same interval under the same route snapshot.
///
/// Index 1 is the canary, index 0 is stable, as in the literature: `n` counts units, `x` the bad ones among them.
/// Within a stratum the assignment to the two cohorts is random, which is all the exact test needs.
package struct Stratum: Sendable, Hashable {
    /// Bad units of the canary.
    package let x1: Int64
    /// All units of the canary.
    package let n1: Int64
    /// Bad units of stable.
    package let x0: Int64
    /// All units of stable.
    package let n0: Int64

    package init(x1: Int64, n1: Int64, x0: Int64, n0: Int64) throws(StratumError) {
        guard x1 >= 0, x1 <= n1 else { throw .badCountOutsideTotal(cohort: .canary, bad: x1, total: n1) }
        guard x0 >= 0, x0 <= n0 else { throw .badCountOutsideTotal(cohort: .stable, bad: x0, total: n0) }
        (self.x1, self.n1, self.x0, self.n0) = (x1, n1, x0, n0)
    }

    /// Bad units of both cohorts.
    package var bad: Int64 { x1 + x0 }

    /// Units of both cohorts.
    package var total: Int64 { n1 + n0 }

    /// Whether the margins alone fix the table, so that it can say nothing about the canary.
    package var isUninformative: Bool { n1 == 0 || n0 == 0 || bad == 0 || bad == total }

    /// The same table seen from the other side: stable in the place of the canary.
    package var swapped: Stratum { Stratum(unchecked: (x0, n0, x1, n1)) }

    init(unchecked counts: (x1: Int64, n1: Int64, x0: Int64, n0: Int64)) {
        (x1, n1, x0, n0) = counts
    }
}

/// Counts that cannot be a 2×2 table.
package enum StratumError: Error, Equatable, CustomStringConvertible {
    package enum Cohort: String, Sendable { case canary, stable }

    case badCountOutsideTotal(cohort: Cohort, bad: Int64, total: Int64)

    package var description: String {
        switch self {
        case .badCountOutsideTotal(let cohort, let bad, let total):
            "the \(cohort.rawValue) counts are impossible: \(bad) bad units of \(total); bad must lie in 0...total"
        }
    }
}
