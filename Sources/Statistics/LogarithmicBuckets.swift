import RealModule

/// Buckets whose edges are the powers of γ: bucket i holds the values in (γ^(i−1), γ^i].
///
/// With γ = (1+a)/(1−a) a bucket's ``representative(of:)`` is within the share a of each of its values (DDSketch).
package struct LogarithmicBuckets: Sendable, Hashable {
    package let gamma: Double

    /// - Precondition: `gamma` > 1.
    package init(gamma: Double) {
        precondition(gamma > 1, "the edges of logarithmic buckets must grow")
        self.gamma = gamma
    }

    /// - Parameter relativeAccuracy: the share a, in (0, 1).
    package init(relativeAccuracy: Double) {
        self.init(gamma: (1 + relativeAccuracy) / (1 - relativeAccuracy))
    }

    /// The bucket of a positive value; negative for values of 1/γ and less.
    package func index(of value: Double) -> Int {
        Int((Double.log(value) / .log(gamma)).rounded(.up))
    }

    /// γ^`index`.
    package func upperBound(of index: Int) -> Double {
        .exp(Double(index) * .log(gamma))
    }

    /// 2γ^i/(γ+1): the value with the same relative distance to both edges.
    package func representative(of index: Int) -> Double {
        2 * upperBound(of: index) / (gamma + 1)
    }
}
