import ProxyCore
import RolloutCore
import Testing

private func at(_ seconds: Double) -> LoopTime { LoopTime(microseconds: Int64(seconds * 1e6)) }

@Suite("Upstream health")
struct UpstreamHealthTests {
    private static let settings = UpstreamSettings(slowStartSeconds: 0)

    private static func health(_ rule: EjectionRule? = EjectionRule(), slowStart: Int = 0) -> UpstreamHealth {
        UpstreamHealth(UpstreamSettings(slowStartSeconds: slowStart, ejection: rule))
    }

    /// One that is ejected at `time` because it broke its requests off.
    private static func ejected(at time: Double = 0, _ rule: EjectionRule = EjectionRule()) -> UpstreamHealth {
        var (health, random) = (self.health(rule), FastRandom(seed: 1))
        health.eject(.unanswered, beside: [self.health()], at: at(time), random: &random)
        return health
    }

    /// One that has just given so many answers, of which so many were errors.
    private static func answering(_ answers: Int, errors: Int, at time: Double = 0) -> UpstreamHealth {
        var (health, random) = (self.health(), FastRandom(seed: 1))
        for number in 0..<answers { _ = health.answered(isError: number < errors, at: at(time), random: &random) }
        return health
    }

    @Test(
        "One that can't be connected is left alone at once, even when it is the only one, and a connection is tried later"
    )
    func unreachable() {
        var (health, random) = (Self.health(), FastRandom(seed: 1))
        #expect(health.availability(at: at(0)) == .serving(share: 1))

        health.connectFailed(at: at(0), random: &random)

        #expect(health.availability(at: at(0.1)) == .unreachable)
        #expect(!health.isConnectionDue(at: at(0.79)))
        #expect(health.isConnectionDue(at: at(1.21)))
        #expect(health.availability(at: at(1.21)) == .unreachable, "no request waits for the attempt")
        health.trialBegan(at: at(1.21))
        #expect(!health.isConnectionDue(at: at(1.3)))
        health.connected(at: at(1.4))
        #expect(health.availability(at: at(1.4)) == .serving(share: 1))
    }

    @Test(
        "Each further ejection lasts twice as long, up to the longest, and after a long time without one it begins anew"
    )
    func backOff() {
        var (health, random) = (Self.health(EjectionRule(seconds: 1, maximumSeconds: 8)), FastRandom(seed: 1))
        var now = 0.0
        for length in [1.0, 2, 4, 8, 8] {
            health.connectFailed(at: at(now), random: &random)
            #expect(!health.isConnectionDue(at: at(now + 0.79 * length)))
            now += 1.21 * length
            #expect(health.isConnectionDue(at: at(now)))
            health.trialBegan(at: at(now))
        }
        health.connected(at: at(now))

        health.connectFailed(at: at(now + 7), random: &random)
        #expect(!health.isConnectionDue(at: at(now + 7 + 6.3)))
        health.trialBegan(at: at(now + 20))
        health.connected(at: at(now + 20))
        health.connectFailed(at: at(now + 28.1), random: &random)
        #expect(health.isConnectionDue(at: at(now + 29.4)))
        #expect(health.ejections == 7)
    }

    @Test("Attempts that fail together eject once")
    func together() {
        var (health, random) = (Self.health(), FastRandom(seed: 1))
        for _ in 0..<20 { health.connectFailed(at: at(0), random: &random) }

        #expect(health.ejections == 1)
        #expect(health.isConnectionDue(at: at(1.3)))
    }

    @Test("Without a rule one that can't be connected is left alone for a second, and nothing else counts")
    func noRule() {
        var (health, random) = (Self.health(nil), FastRandom(seed: 1))
        for _ in 0..<50 { #expect(health.broke(at: at(0), random: &random) == nil) }
        for _ in 0..<50 { #expect(health.answered(isError: true, at: at(0), random: &random) == nil) }
        for round in 0..<5 {
            let start = Double(round) * 2
            health.connectFailed(at: at(start), random: &random)
            #expect(health.availability(at: at(start + 0.7)) == .unreachable)
            #expect(health.isConnectionDue(at: at(start + 1.21)))
            health.trialBegan(at: at(start + 1.21))
        }
    }

    @Test("Requests in a row without a whole answer ask for an ejection; one that was whole begins the row anew")
    func unanswered() {
        var (health, random) = (Self.health(EjectionRule(failures: 3)), FastRandom(seed: 1))
        #expect(health.broke(at: at(0), random: &random) == nil)
        #expect(health.broke(at: at(0), random: &random) == nil)
        health.completed()
        #expect(health.broke(at: at(0), random: &random) == nil)
        // The head of an answer is none that was whole.
        #expect(health.answered(isError: false, at: at(0), random: &random) == nil)
        #expect(health.broke(at: at(0), random: &random) == nil)
        #expect(health.broke(at: at(0), random: &random) == .unanswered)
    }

    @Test(
        "So many may be ejected at one time, but always one, and never the last that serves",
        arguments: [
            (others: 0, ejected: 0, share: 1.0, isAllowed: false),
            (others: 1, ejected: 0, share: 0.1, isAllowed: true),
            (others: 1, ejected: 1, share: 1, isAllowed: false),
            (others: 3, ejected: 1, share: 0.5, isAllowed: true),
            (others: 3, ejected: 2, share: 0.5, isAllowed: false),
            (others: 3, ejected: 2, share: 1, isAllowed: true),
            (others: 9, ejected: 1, share: 0.1, isAllowed: false),
        ]
    )
    func share(others: Int, ejected: Int, share: Double, isAllowed: Bool) {
        var (health, random) = (Self.health(EjectionRule(share: share)), FastRandom(seed: 1))
        let rest = (0..<others).map { $0 < ejected ? Self.ejected() : Self.health() }

        health.eject(.unanswered, beside: rest, at: at(0), random: &random)

        #expect(health.isEjected == isAllowed)
    }

    @Test("When the others aren't ready, none is ejected")
    func othersNotReady() {
        var (health, other, random) = (Self.health(), Self.health(), FastRandom(seed: 1))
        other.probed(isReady: false, at: at(0))

        health.eject(.unanswered, beside: [other], at: at(0), random: &random)

        #expect(health.isServing)
    }

    @Test("When its time is over one request tries it, and the others stay away until that is answered")
    func trial() {
        var (health, random) = (Self.ejected(at: 0), FastRandom(seed: 1))
        #expect(health.availability(at: at(0.7)) == .unfit)
        #expect(health.availability(at: at(1.3)) == .onTrial)
        health.trialBegan(at: at(1.3))
        #expect(health.availability(at: at(1.4)) == .unfit)

        #expect(health.answered(isError: false, at: at(1.5), random: &random) == nil)
        #expect(health.isServing)
    }

    @Test("A trial that fails ejects for longer; one of which nothing is heard gives way to another")
    func failedTrial() {
        var (health, random) = (Self.ejected(at: 0), FastRandom(seed: 1))
        health.trialBegan(at: at(1.3))
        #expect(health.broke(at: at(1.5), random: &random) == nil)
        #expect(health.availability(at: at(1.5 + 1.59)) == .unfit)
        #expect(health.availability(at: at(1.5 + 2.41)) == .onTrial)

        health.trialBegan(at: at(4))
        #expect(health.availability(at: at(5.9)) == .unfit)
        #expect(health.availability(at: at(6)) == .onTrial)
    }

    @Test("A trial for errors fails by an error, any other only by no answer")
    func causeOfTrial() {
        var random = FastRandom(seed: 1)
        var errors = Self.answering(20, errors: 20)
        errors.eject(.errors, beside: [Self.answering(20, errors: 0)], at: at(0), random: &random)
        var unanswered = Self.ejected(at: 0)
        errors.trialBegan(at: at(1.3))
        unanswered.trialBegan(at: at(1.3))

        _ = errors.answered(isError: true, at: at(1.4), random: &random)
        _ = unanswered.answered(isError: true, at: at(1.4), random: &random)

        #expect(errors.isEjected)
        #expect(unanswered.isServing)
    }

    @Test(
        "Errors eject only where enough was answered, by the others too, and the others answer well",
        arguments: [
            (own: 20, errors: 20, others: [(10, 0)], isEjected: true),
            (own: 20, errors: 10, others: [(100, 12)], isEjected: true),
            (own: 20, errors: 10, others: [(100, 13)], isEjected: false),
            (own: 20, errors: 9, others: [(100, 0)], isEjected: false),
            (own: 19, errors: 19, others: [(100, 0)], isEjected: false),
            (own: 20, errors: 20, others: [(9, 0)], isEjected: false),
            (own: 20, errors: 20, others: [(5, 0), (5, 0)], isEjected: true),
            (own: 20, errors: 20, others: [(20, 20), (20, 0)], isEjected: false),
        ]
    )
    func errors(own: Int, errors: Int, others: [(Int, Int)], isEjected: Bool) {
        var random = FastRandom(seed: 1)
        var health = Self.answering(own - 1, errors: errors - 1)
        let rest = others.map { Self.answering($0.0, errors: $0.1) }

        if let cause = health.answered(isError: true, at: at(1), random: &random) {
            health.eject(cause, beside: rest, at: at(1), random: &random)
        }

        #expect(health.isEjected == isEjected)
    }

    @Test(
        "A client's bad rows, which every server answers with 500, eject nobody, however they fall",
        arguments: 1...20 as ClosedRange<UInt64>
    )
    func badRows(seed: UInt64) {
        var random = FastRandom(seed: seed)
        var servers = [Self.health(), Self.health(), Self.health()]
        for step in 0..<3_000 {
            let now = at(Double(step) / 100)
            let index = Int(random.next() % 3)
            // For ten seconds all rows are bad, then half of them.
            let isBad = step < 1_000 || random.next() % 2 == 0
            if let cause = servers[index].answered(isError: isBad, at: now, random: &random) {
                let others = servers.indices.filter { $0 != index }.map { servers[$0] }
                servers[index].eject(cause, beside: others, at: now, random: &random)
            }
            servers[index].completed()
        }

        #expect(servers.map(\.ejections) == [0, 0, 0], "seed \(seed)")
    }

    @Test("Answers of more than half a minute ago say nothing")
    func window() {
        var (health, random) = (Self.answering(100, errors: 100, at: 0), FastRandom(seed: 1))
        #expect(health.answered(isError: true, at: at(29), random: &random) == .errors)
        health = Self.answering(100, errors: 100, at: 0)
        #expect(health.answered(isError: true, at: at(31), random: &random) == nil)
    }

    @Test("One that is back takes a share that grows from a tenth to the whole")
    func slowStart() {
        var (health, random) = (Self.health(slowStart: 10), FastRandom(seed: 1))
        #expect(health.availability(at: at(0)) == .serving(share: 1))
        health.connectFailed(at: at(0), random: &random)
        health.trialBegan(at: at(2))
        health.connected(at: at(2))

        #expect(health.availability(at: at(2)) == .serving(share: 0.1))
        #expect(health.availability(at: at(7)) == .serving(share: 0.5))
        #expect(health.availability(at: at(12)) == .serving(share: 1))
        #expect(health.availability(at: at(99)) == .serving(share: 1))
    }

    @Test("One that joins others starts slowly, too, and so does one that the probe calls ready again")
    func slowNewcomer() {
        let settings = UpstreamSettings(slowStartSeconds: 10)
        var health = UpstreamHealth(settings, startsSlowlyAt: at(5))
        #expect(health.availability(at: at(6)) == .serving(share: 0.1))
        #expect(health.availability(at: at(13)) == .serving(share: 0.8))

        health.probed(isReady: false, at: at(20))
        #expect(health.availability(at: at(21)) == .unfit)
        health.probed(isReady: true, at: at(30))
        #expect(health.availability(at: at(33)) == .serving(share: 0.3))
        health.probed(isReady: true, at: at(34))
        #expect(health.availability(at: at(35)) == .serving(share: 0.5))
    }

    @Test("What isn't ready gets no trial")
    func trialNeedsReadiness() {
        var health = Self.ejected(at: 0)
        health.probed(isReady: false, at: at(1))
        #expect(health.availability(at: at(9)) == .unfit)
        health.probed(isReady: true, at: at(10))
        #expect(health.availability(at: at(10)) == .onTrial)
    }
}
