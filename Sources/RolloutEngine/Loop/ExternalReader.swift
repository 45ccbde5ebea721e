import Foundation
import Logging
import RolloutCore
import Synchronization

/// Asks other systems for the numbers of external checks, once an interval of each rollout, on a thread of its own: however long they take,
/// the loop goes on and finds the answers at a later tick.
final class ExternalReader: Sendable {
    private let metrics: any ExternalMetrics
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        /// The newest interval asked for, by rollout.
        var asked: [RolloutID: Timestamp] = [:]
        /// Answers that no committed tick has taken in.
        var answers: [RolloutID: IntervalReadings] = [:]
        /// Rollouts whose thread is at work.
        var busy: Set<RolloutID> = []
    }

    /// Answers that are kept for a rollout that isn't judged.
    private static let keptIntervals = 60

    init(metrics: any ExternalMetrics, logger: Logger) {
        self.metrics = metrics
        self.logger = logger
    }

    /// Begins to ask for the newest interval that has ended, unless that was done or an earlier question is still open.
    func ask(for rollout: Rollout, now: Timestamp) {
        let questions = rollout.plan.externalQuestions
        guard !questions.isEmpty else { return }
        let seconds = rollout.plan.intervalSeconds
        let interval = now.floored(toSeconds: seconds).adding(seconds: -Double(seconds))
        let isDue = self.state.withLock { state in
            guard interval > state.asked[rollout.id] ?? rollout.startedAt, state.busy.insert(rollout.id).inserted else {
                return false
            }
            state.asked[rollout.id] = interval
            return true
        }
        guard isDue else { return }
        let subject = ExternalSubject(
            model: rollout.model,
            canary: rollout.canary,
            stable: rollout.stable,
            intervalStart: interval,
            intervalSeconds: seconds
        )
        let thread = Thread { [self] in self.read(questions, of: subject, rollout.id) }
        thread.name = "external-metrics"
        thread.start()
    }

    private func read(_ questions: [ExternalQuestion], of subject: ExternalSubject, _ rollout: RolloutID) {
        var readings: [String: ExternalReading] = [:]
        for question in questions {
            do {
                readings[question.check] = try self.metrics.read(question.source, subject).storable
            } catch {
                readings[question.check] = ExternalReading(error: "\(error)").storable
                self.logger.warning(
                    "an outside metric could not be read",
                    metadata: ["rollout.id": "\(rollout)", "check": "\(question.check)", "error": "\(error)"]
                )
            }
        }
        self.state.withLock { state in
            state.busy.remove(rollout)
            // A rollout that has ended meanwhile was forgotten.
            guard state.asked[rollout] != nil else { return }
            var answers = state.answers[rollout] ?? [:]
            answers[subject.intervalStart] = readings
            for interval in answers.keys.sorted().dropLast(Self.keptIntervals) { answers[interval] = nil }
            state.answers[rollout] = answers
        }
    }

    /// What has been answered so far; it stays until `taken` is called.
    func answers(for rollout: RolloutID) -> IntervalReadings {
        self.state.withLock { $0.answers[rollout] ?? [:] }
    }

    /// Forgets answers that were committed with a tick.
    func taken(_ intervals: some Sequence<Timestamp>, for rollout: RolloutID) {
        self.state.withLock { state in
            for interval in intervals { state.answers[rollout]?[interval] = nil }
        }
    }

    /// Forgets all about rollouts that aren't open any more.
    func keep(only open: Set<RolloutID>) {
        self.state.withLock { state in
            state.asked = state.asked.filter { open.contains($0.key) }
            state.answers = state.answers.filter { open.contains($0.key) }
        }
    }
}

extension ExternalReading {
    /// The same as far as it can be stored: a number that is none is no data, and no text has a NUL.
    fileprivate var storable: ExternalReading {
        let odd = [("canary", self.canary), ("stable", self.stable)].filter { $0.1?.isFinite == false }.map(\.0)
        let complaint = odd.isEmpty ? nil : "not a finite number: \(odd.joined(separator: ", "))"
        return ExternalReading(
            canary: self.canary.flatMap { $0.isFinite ? $0 : nil },
            stable: self.stable.flatMap { $0.isFinite ? $0 : nil },
            error: (self.error ?? complaint)?.replacing("\0", with: "\u{FFFD}")
        )
    }
}

/// One external check and where its number comes from.
struct ExternalQuestion: Sendable {
    let check: String
    let source: ExternalSource
}

extension RolloutPlan {
    fileprivate var externalQuestions: [ExternalQuestion] {
        self.checks.compactMap { check in
            switch check.comparison {
            case .external(let rule): ExternalQuestion(check: check.name, source: rule.source)
            case .errorRate, .clientAborts, .latency, .invalidOutputs, .predictionDrift, .quality, .signal: nil
            }
        }
    }
}
