package import RolloutCore

/// Which requests get a line in the access log: those that failed, and a share of the others.
package struct AccessSampling: Equatable, Sendable {
    /// A request is kept when a random number is below it; nil keeps all.
    private let threshold: UInt64?

    /// - Parameter share: Of the requests that didn't fail, from 0 to 1.
    package init(share: Double) {
        precondition((0...1).contains(share), "a share is in 0 to 1")
        self.threshold = share == 1 ? nil : UInt64(share * 0x1p64)
    }

    /// - Parameters:
    ///   - outcome: nil for a request that no route took.
    ///   - status: Of what the client got; 0 for nothing.
    package func keeps(_ outcome: Outcome?, status: Int, random: inout some RandomNumberGenerator) -> Bool {
        guard let threshold = self.threshold else { return true }
        return status >= 500 || outcome?.isFailure == true || random.next() < threshold
    }
}

extension Outcome {
    /// Whether the client was left without what it could expect, whoever is to blame.
    fileprivate var isFailure: Bool {
        switch self {
        case .serverError, .timeout, .connectFailure, .upstreamFailure, .gatewayFailure, .saturated: true
        case .success, .clientError, .clientAborted: false
        }
    }
}
