/// How many answers of the last 15 to 30 seconds were errors.
struct RecentAnswers: Equatable, Sendable {
    struct Counts: Equatable, Sendable {
        var answers = 0
        var errors = 0

        mutating func merge(_ other: Counts) {
            self.answers += other.answers
            self.errors += other.errors
        }
    }

    private static let half = Duration.seconds(15)

    private var older = Counts()
    private var newer = Counts()
    private var newerEndsAt: LoopTime?

    mutating func count(isError: Bool, at now: LoopTime) {
        self.turn(to: now)
        self.newer.answers += 1
        if isError { self.newer.errors += 1 }
    }

    func counts(at now: LoopTime) -> Counts {
        var turned = self
        turned.turn(to: now)
        turned.older.merge(turned.newer)
        return turned.older
    }

    /// Nil when there were fewer than `minimum` answers.
    func errorShare(ofAtLeast minimum: Int, at now: LoopTime) -> Double? {
        let counts = self.counts(at: now)
        return counts.answers >= minimum ? Double(counts.errors) / Double(counts.answers) : nil
    }

    private mutating func turn(to now: LoopTime) {
        guard let end = self.newerEndsAt else {
            self.newerEndsAt = now.adding(Self.half)
            return
        }
        if now < end { return }
        self.older = now < end.adding(Self.half) ? self.newer : Counts()
        self.newer = Counts()
        self.newerEndsAt = now.adding(Self.half)
    }
}
