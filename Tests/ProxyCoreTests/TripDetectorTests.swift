import RolloutCore
import Testing

@testable import ProxyCore

/// One gateway's counts of one rollout, told to a detector as a gateway does.
private struct Gauge {
    var detector: TripDetector
    var totals = TripTotals()
    var runs = TripRuns()
    private(set) var now = LoopTime(microseconds: 5_000_000)

    init(_ rule: HardStop = HardStop()) { self.detector = TripDetector(rule, at: self.now) }

    mutating func count(canary outcome: Outcome, _ count: Int64 = 1) { self.totals.canary[outcome.rawValue] += count }
    mutating func count(stable outcome: Outcome, _ count: Int64 = 1) { self.totals.stable[outcome.rawValue] += count }

    /// Lets time pass as the gateway's ticks see it.
    mutating func wait(seconds: Double) {
        for _ in 0..<Int((seconds * 10).rounded()) {
            self.now = self.now.adding(.milliseconds(100))
            self.detector.sample(self.totals, at: self.now)
        }
    }

    var finding: RecentEvidence? { self.detector.finding(self.totals, self.runs, at: self.now) }
}

@Suite("The detector of trips")
struct TripDetectorTests {
    @Test("finds at the very request what the controller's rule finds, by the same words")
    func sameRule() throws {
        var gauge = Gauge()
        gauge.count(stable: .success, 400)
        gauge.count(canary: .serverError, 5)
        gauge.count(canary: .timeout, 5)
        gauge.count(canary: .success, 9)
        #expect(gauge.finding == nil, "one request short")

        gauge.count(canary: .success)

        let evidence = try #require(gauge.finding)
        var canary = OutcomeCounts()
        (canary[.serverError], canary[.timeout], canary[.success]) = (5, 5, 10)
        var stable = OutcomeCounts()
        stable[.success] = 400
        #expect(evidence == RecentEvidence(canary: canary, stable: stable))
        #expect(HardStop().assess(evidence).message == "10 of the canary's last 20 requests failed")
    }

    @Test(
        "counts what the rule counts",
        arguments: [
            (Outcome.serverError, true), (.timeout, true), (.connectFailure, true), (.upstreamFailure, true),
            (.clientAborted, true), (.clientError, false), (.success, false), (.gatewayFailure, false),
        ]
    )
    func outcomes(_ outcome: Outcome, _ breaks: Bool) {
        var gauge = Gauge(HardStop(connectFailures: 1_000))
        gauge.count(canary: outcome, 20)

        #expect((gauge.finding != nil) == breaks)
    }

    @Test("does not blame the canary while stable fails as badly, and does once stable is well")
    func stable() {
        var gauge = Gauge()
        gauge.count(canary: .serverError, 30)
        gauge.count(stable: .timeout, 300)
        #expect(gauge.finding == nil)

        gauge.wait(seconds: 31)
        gauge.count(canary: .serverError, 20)
        gauge.count(stable: .success, 300)
        #expect(gauge.finding != nil)
    }

    @Test("finds a run of failed connections, but not where stable has one as long", arguments: [9, 10] as [Int64])
    func runs(_ stable: Int64) {
        var gauge = Gauge()
        gauge.count(canary: .success, 1_000)
        gauge.count(canary: .connectFailure, 10)
        gauge.runs = TripRuns(canary: 9, stable: 0)
        #expect(gauge.finding == nil)

        gauge.runs = TripRuns(canary: 10, stable: stable)

        #expect((gauge.finding != nil) == (stable < 10))
        #expect(gauge.finding?.connectFailureRun ?? 10 == 10)
    }

    @Test("forgets what lies further back than the stretch of the rule")
    func stretch() {
        var gauge = Gauge()
        for _ in 0..<20 {
            gauge.count(canary: .success, 100)
            gauge.wait(seconds: 1)
        }
        gauge.count(canary: .serverError, 100)
        #expect(gauge.finding == nil, "100 of 2100")

        gauge.wait(seconds: 31)
        gauge.count(canary: .success, 20)
        #expect(gauge.finding == nil, "the errors are too old")
        gauge.count(canary: .serverError, 20)
        #expect(gauge.finding?.canary.asked == 40, "within the stretch")
    }

    @Test("looks further back for enough requests where they come slowly, but not for ever")
    func slow() {
        var gauge = Gauge()
        for _ in 0..<19 {
            gauge.count(canary: .serverError)
            gauge.wait(seconds: 40)
        }
        #expect(gauge.finding == nil)
        gauge.count(canary: .serverError)
        #expect(gauge.finding?.canary.asked == 20)

        var slower = Gauge()
        for _ in 0..<19 {
            slower.count(canary: .serverError)
            slower.wait(seconds: 60)
        }
        slower.count(canary: .serverError)
        #expect(slower.finding == nil, "within 15 minutes there are 16")
    }

    @Test("a canary that was well until now is found broken by its newest requests where they come slowly")
    func slowBreak() {
        var gauge = Gauge()
        for _ in 0..<30 {
            gauge.count(canary: .success)
            gauge.wait(seconds: 10)
        }
        for _ in 0..<9 {
            gauge.count(canary: .serverError)
            gauge.wait(seconds: 10)
        }
        #expect(gauge.finding == nil)
        gauge.count(canary: .serverError)
        #expect(gauge.finding != nil)
    }

    @Test("takes up little, whatever the traffic", arguments: [1, 30, 3_600], [1, 37, 2_000] as [Int64])
    func memory(within seconds: Int, perSecond rate: Int64) {
        var gauge = Gauge(HardStop(withinSeconds: seconds))
        var most = 0
        for second in 0..<2_000 {
            if rate > 1 || second % 7 == 0 { gauge.count(canary: .success, rate) }
            gauge.count(stable: .success, rate)
            gauge.wait(seconds: 1)
            most = max(most, gauge.detector.sampleCount)
        }
        #expect(most <= 60)
    }
}
