/// How a request finds its cohort.
package enum AssignmentRule: Hashable, Sendable {
    /// An independent draw for each request.
    case perRequest
    /// By the value of a request header; a request without it is drawn on its own.
    case header(String)
    /// By the value of a cookie; a request without it is drawn on its own.
    case cookie(String)

    package var isSticky: Bool {
        switch self {
        case .perRequest: false
        case .header, .cookie: true
        }
    }
}

/// One of 10 000 equal places on which weights are laid out: the canary takes the lowest ones.
///
/// A key keeps its bucket for a whole rollout, on every replica and after every restart, so a growing canary weight moves
/// keys from stable to canary only, and a falling one moves them back only.
package struct Bucket: Hashable, Sendable {
    package static let count = 10_000

    /// 0…9 999.
    package let number: UInt16

    /// The bucket of a sticky key under a rollout's salt.
    package init(key: some Sequence<UInt8>, salt: Salt) {
        self.init(uniform: salt.hash(key))
    }

    /// The bucket of a uniformly distributed 64-bit number; the bias of the reduction is below 2⁻⁵⁰.
    package init(uniform: UInt64) {
        self.number = UInt16(uniform.multipliedFullWidth(by: UInt64(Self.count)).high)
    }

    /// Whether a canary of this weight takes the bucket.
    package func isCanary(at weight: Weight) -> Bool { self.number < weight.basisPoints }
}

/// The secret of a rollout's sticky assignment. Every rollout has its own, so that two rollouts don't meet the same users.
package struct Salt: Hashable, Sendable, Codable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The keyed hash itself; built once per route, not per request.
    package var hash: KeyedHash { KeyedHash(key0: self.high, key1: self.low) }
}

extension AssignmentRule: Codable {
    private enum CodingKeys: String, CodingKey { case header, cookie }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let name = try container.decodeIfPresent(String.self, forKey: .header) {
            self = .header(name)
        } else if let name = try container.decodeIfPresent(String.self, forKey: .cookie) {
            self = .cookie(name)
        } else {
            self = .perRequest
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .perRequest: break
        case .header(let name): try container.encode(name, forKey: .header)
        case .cookie(let name): try container.encode(name, forKey: .cookie)
        }
    }
}
