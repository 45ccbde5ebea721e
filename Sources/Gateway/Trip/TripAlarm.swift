import Dispatch
import RolloutCore
import Synchronization

/// Carries what the loops find to the thread that acts on it; ringing never waits.
final class TripAlarm: Sendable {
    struct Finding: Sendable {
        let subject: TripSubject
        let rule: HardStop
        let evidence: RecentEvidence
    }

    private struct State {
        var findings: [Finding] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let rung = DispatchSemaphore(value: 0)

    func ring(_ finding: Finding) {
        self.state.withLock { $0.findings.append(finding) }
        self.rung.signal()
    }

    func close() {
        self.state.withLock { $0.isClosed = true }
        self.rung.signal()
    }

    /// Waits for findings.
    ///
    /// - Returns: nil when there will be no more.
    func wait() -> [Finding]? {
        self.rung.wait()
        return self.state.withLock { state in
            defer { state.findings = [] }
            return state.isClosed && state.findings.isEmpty ? nil : state.findings
        }
    }
}
