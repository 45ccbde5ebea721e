package import HTTPWire
import RolloutCore

/// Chooses the arm of each request of one route.
package struct Assignment: Sendable {
    private enum Key: Sendable {
        case none
        case header(name: [UInt8])
        case cookie(name: [UInt8])
    }

    private let key: Key
    private let hash: KeyedHash
    /// Buckets below go to the canary.
    private let canaryEnd: UInt16
    /// Buckets from here on go to the baseline: it takes the high end, so that the canary can grow towards it.
    private let baselineStart: UInt16
    private let stable: Int
    private let canary: Int
    private let baseline: Int

    init(_ route: ModelRoute, firstArm: Int) {
        self.key =
            switch route.assignment {
            case .perRequest: .none
            case .header(let name): .header(name: Array(name.utf8))
            case .cookie(let name): .cookie(name: Array(name.utf8))
            }
        self.hash = route.salt.hash
        let index = { (cohort: Cohort) in route.arms.firstIndex { $0.cohort == cohort } }
        let stable = index(.stable) ?? 0
        let canary = index(.canary)
        let baseline = index(.baseline)
        self.stable = firstArm + stable
        self.canary = firstArm + (canary ?? stable)
        self.baseline = firstArm + (baseline ?? stable)
        self.canaryEnd = canary.map { route.arms[$0].weight.basisPoints } ?? 0
        self.baselineStart = UInt16(Bucket.count) - (baseline.map { route.arms[$0].weight.basisPoints } ?? 0)
    }

    /// The index in the table's `arms` of the arm that takes over from `arm` when it can't be reached.
    package func fallback(for arm: Int) -> Int? { arm == self.canary && arm != self.stable ? self.stable : nil }

    /// Draws the arm of this request.
    package func draw(
        for fields: borrowing FieldSection,
        source: RawSpan,
        random: inout some RandomNumberGenerator
    ) -> Draw {
        // Nothing to choose: no key is hashed and no number drawn.
        if self.canaryEnd == 0 && Int(self.baselineStart) == Bucket.count { return Draw(arm: self.stable) }
        switch self.key {
        case .none: return Draw(arm: self.arm(of: Bucket(uniform: random.next())))
        case .header, .cookie:
            let uniform = self.keyHash(fields, source) ?? random.next()
            return Draw(arm: self.arm(of: Bucket(uniform: uniform)), place: Place(uniform: uniform))
        }
    }

    private func arm(of bucket: Bucket) -> Int {
        if bucket.number < self.canaryEnd { return self.canary }
        return bucket.number >= self.baselineStart ? self.baseline : self.stable
    }

    /// The hash of the request's key; nil when it has none.
    private func keyHash(_ fields: borrowing FieldSection, _ source: RawSpan) -> UInt64? {
        let value: ByteRange?
        switch self.key {
        case .none: return nil
        case .header(let name):
            value = fields.firstIndex(named: name, in: source).map { fields.lines[$0].value }
        case .cookie(let name): value = fields.cookie(named: name, in: source)
        }
        guard let value, !value.isEmpty else { return nil }
        return self.hash(source.extracting(value.bounds).array)
    }
}
