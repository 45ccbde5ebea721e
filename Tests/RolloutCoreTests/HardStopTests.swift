import RolloutCore
import Testing

@Suite("Hard stop")
struct HardStopTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let what: String
        let canary: (requests: Int64, errors: Int64)
        var stable: (requests: Int64, errors: Int64) = (1_000, 0)
        var run: Int64 = 0
        let verdict: Verdict
        var testDescription: String { self.what }
    }

    static let cases: [Case] = [
        Case(what: "nothing seen", canary: (0, 0), verdict: .noData),
        Case(what: "healthy", canary: (100, 1), verdict: .pass),
        Case(what: "all fail, one request short", canary: (19, 19), verdict: .pass),
        Case(what: "half fail, just enough requests", canary: (20, 10), verdict: .fail),
        Case(what: "just under half fail", canary: (20, 9), verdict: .pass),
        Case(what: "stable fails too", canary: (20, 20), stable: (20, 10), verdict: .inconclusive),
        Case(what: "stable fails on too few requests to tell", canary: (20, 20), stable: (19, 19), verdict: .fail),
        Case(what: "stable is silent", canary: (20, 20), stable: (0, 0), verdict: .fail),
        Case(what: "stable fails alone", canary: (100, 0), stable: (100, 100), verdict: .pass),
        Case(what: "no connection ten times in a row", canary: (1_000, 10), run: 10, verdict: .fail),
        Case(what: "no connection nine times in a row", canary: (1_000, 9), run: 9, verdict: .pass),
        Case(
            what: "no connection, whatever stable does",
            canary: (10, 10),
            stable: (100, 100),
            run: 10,
            verdict: .fail
        ),
    ]

    @Test("The canary is stopped when it is plainly broken, and not for stable's sake", arguments: cases)
    func assess(expected: Case) {
        let recent = RecentEvidence(
            canary: .fixture(requests: expected.canary.requests, errors: expected.canary.errors),
            stable: .fixture(requests: expected.stable.requests, errors: expected.stable.errors),
            connectFailureRun: expected.run
        )

        let found = HardStop().assess(recent)

        #expect(found.verdict == expected.verdict, "\(found.message)")
        #expect(found.requests == expected.canary.requests)
        #expect(found.errors == expected.canary.errors)
        #expect(found.connectFailureRun == expected.run)
    }

    @Test("A canary that hangs until its clients leave is stopped, unless they leave stable, too")
    func hanging() {
        var hanging = OutcomeCounts()
        hanging[.clientAborted] = 20

        let alone = HardStop().assess(RecentEvidence(canary: hanging, stable: .fixture(requests: 400)))
        let both = HardStop().assess(RecentEvidence(canary: hanging, stable: hanging))

        #expect(alone.verdict == .fail)
        #expect(alone.errors == 20)
        #expect(both.verdict == .inconclusive)
    }

    @Test("A canary that can't be connected isn't blamed while stable can't be either")
    func unreachable() {
        let recent = RecentEvidence(connectFailureRun: 10, stableConnectFailureRun: 10)

        #expect(HardStop().assess(recent).verdict == .inconclusive)
    }
}
