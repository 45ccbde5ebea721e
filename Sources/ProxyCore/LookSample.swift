import RolloutCore

/// The sample of one route on one event loop whose payloads are counted, and compared between arms.
///
/// A request of arm a at time t is looked at with probability p(t) · f(a). p(t) is set by the past alone and is the same for all
/// arms; f(a) follows from the weights alone, so it is the same on every loop and gateway for as long as a route generation
/// lasts. Whatever the traffic is like, and however it changes with time or from client to client, the samples of two arms that
/// get the same traffic are then alike. A limit for each arm of its own would weight a rush differently in each.
struct LookSample: Equatable, Sendable {
    /// Looks within one second, over those that are meant, at which all arms stop until the next.
    private static let rush = 4.0

    /// Share of the route's requests that each arm is meant to get.
    private let shares: [Double]
    /// What the arms' probabilities are to each other; the smallest arm has 1.
    private let factors: [Double]
    /// Looks a second and arm.
    private let budget: Double
    /// A request of the arm is looked at when a random number is not above it.
    private var thresholds: [UInt64]
    /// Requests a second: rises at once, and falls by half of the way each second.
    private var requests = 0.0
    /// Looks a second that the arm with the most of them would need if p were 1; rises and falls like `requests`.
    private var demand = 0.0
    /// Requests of each arm in this second.
    private var seen: [Int]
    /// Looks that are left in this second. All arms share it: which arm a look is for has no influence on when it runs out.
    private var room: Int
    private var ticks = 0

    /// - Parameters:
    ///   - weights: Of the route's arms.
    ///   - budget: Looks a second and arm.
    ///   - predecessor: What it has learned of the traffic goes on.
    init(weights: [Weight], budget: Double, continuing predecessor: LookSample?) {
        let shares = weights.map { Double($0.basisPoints) / Double(Bucket.count) }
        if let predecessor, predecessor.shares == shares, predecessor.budget == budget {
            self = predecessor
            return
        }
        self.shares = shares
        self.factors = Self.factors(weights)
        self.budget = budget
        self.thresholds = []
        self.seen = weights.map { _ in 0 }
        self.room = Self.limit(budget, arms: weights.count)
        if let predecessor {
            self.requests = predecessor.requests
            self.demand = zip(shares, self.factors).map { $0 * $1 }.reduce(0, max) * predecessor.requests
        }
        self.setThresholds()
    }

    /// Under plenty of traffic equal samples would tell most, under little traffic whole ones: an arm r times the size of the
    /// smallest is looked at with about 1/√r of its probability, which comes within 17 % of the best under little traffic.
    /// Powers of two keep the ratio exact.
    static func factors(_ weights: [Weight]) -> [Double] {
        let smallest = weights.map(\.basisPoints).filter { $0 > 0 }.min() ?? 1
        return weights.map { weight in
            let ratio = max(1, Double(weight.basisPoints) / Double(smallest))
            return Double(sign: .plus, exponent: -Int(ratio.exponent) / 2, significand: 1)
        }
    }

    private static func limit(_ budget: Double, arms: Int) -> Int { max(1, Int(Self.rush * budget * Double(arms))) }

    /// - Parameter arm: Index in the route's arms.
    mutating func draw(arm: Int, random: inout some RandomNumberGenerator) -> TapDraw.Look {
        self.seen[arm] += 1
        guard random.next() <= self.thresholds[arm] else { return .no }
        guard self.room > 0 else { return .refused }
        self.room -= 1
        return .yes
    }

    /// Ends a tenth of a second.
    mutating func tick() {
        self.ticks += 1
        guard self.ticks == TapSampler.ticksPerSecond else { return }
        self.ticks = 0
        let needed = zip(self.seen, self.factors).map { Double($0) * $1 }.reduce(0, max)
        self.demand = max(needed, (self.demand + needed) / 2)
        let total = Double(self.seen.reduce(0, +))
        self.requests = max(total, (self.requests + total) / 2)
        for arm in self.seen.indices { self.seen[arm] = 0 }
        self.room = Self.limit(self.budget, arms: self.factors.count)
        self.setThresholds()
    }

    private mutating func setThresholds() {
        let probability = self.demand > self.budget ? self.budget / self.demand : 1
        self.thresholds = self.factors.map { factor in
            let wanted = probability * factor
            return wanted < 1 ? UInt64(wanted * 0x1p64) : .max
        }
    }
}
