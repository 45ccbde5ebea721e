/// Something that looks at the evidence after every interval and may call for a rollback.
struct Rule<Interval>: Sendable {
    /// One rollout's worth of looking: is given every interval in turn and says whether the rule fires at it.
    typealias Look = (Interval) -> Bool

    let name: String
    let promise: Promise
    let begin: @Sendable () -> Look

    init(_ name: String, promise: Promise = .none, begin: @escaping @Sendable () -> Look) {
        self.name = name
        self.promise = promise
        self.begin = begin
    }
}

extension Rule {
    /// The same rule for intervals of which it reads a part.
    func reading<Whole>(_ part: @escaping @Sendable (Whole) -> Interval) -> Rule<Whole> {
        Rule<Whole>(name, promise: promise) {
            let look = begin()
            return { look(part($0)) }
        }
    }

    /// Fires as soon as one of the rules does.
    static func any(_ name: String, promise: Promise = .none, of rules: [Rule]) -> Rule {
        Rule(name, promise: promise) {
            let looks = rules.map { $0.begin() }
            // Every rule must see every interval, so none may be skipped once another has fired.
            return { interval in looks.count { $0(interval) } > 0 }
        }
    }
}

/// What a rule is held to where nothing is wrong.
enum Promise: Hashable, Sendable {
    /// Shown for comparison.
    case none
    /// A rule of ours: the probability that it ever fires falsely is at most this, in (0, 1).
    case falseRollbacks(atMost: Double)

    /// α of a rollout.
    static let ours = Promise.falseRollbacks(atMost: alpha)
}

/// The false rollback probability that every rule here aims at.
let alpha = 0.05
