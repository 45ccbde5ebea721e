import ControlWire
import MicroHTTP
import RolloutCore
import RolloutEngine

/// Labels: what users tell about earlier predictions, and what that says about versions.
extension ControlHandlers {
    func recordFeedback(_ model: ModelName, _ request: HTTPRequest) throws -> HTTPResponse {
        let wanted = try self.wanted(request) { document throws(InvalidValue) in
            try FeedbackRequest(document, of: model)
        }
        return try self.record(wanted)
    }

    func recordFeedback(_ request: HTTPRequest) throws -> HTTPResponse {
        let wanted = try self.wanted(request) { document throws(InvalidValue) in try FeedbackRequest(document) }
        return try self.record(wanted)
    }

    /// One model after the other; the answer is in the order of the request.
    private func record(_ wanted: FeedbackRequest) throws -> HTTPResponse {
        var outcomes: [FeedbackOutcome?] = Array(repeating: nil, count: wanted.items.count)
        for model in wanted.models {
            let places = wanted.items.indices.filter { wanted.items[$0].model == model }
            let found = try self.services.feedback.record(places.map { wanted.items[$0].feedback }, model: model)
            for (place, outcome) in zip(places, found) { outcomes[place] = outcome }
        }
        return try .json(
            FeedbackResponse(
                outcomes.compactMap { outcome in
                    outcome.map { FeedbackResponse.Item(result: $0.result, reason: $0.reason) }
                }
            )
        )
    }

    /// How many hours of predictions an answer is about.
    private static let qualityHours = 1...(90 * 24)

    /// `?hours=N`, 24 when absent.
    func showQuality(_ name: ModelName, _ request: HTTPRequest) throws -> HTTPResponse {
        let hours = try request.number("hours", in: Self.qualityHours) ?? 24
        return try .json(
            self.services.store.read { view in
                _ = try self.model(name, in: view)
                let since = view.now.adding(seconds: -Double(hours) * 3_600)
                let totals = try view.feedbackTotals(of: name, since: since)
                return QualityResponse(
                    since: since,
                    feedback: QualityResponse.FeedbackCounts(
                        counts: Dictionary(uniqueKeysWithValues: totals.counts.map { ($0.key.rawValue, $0.value) }),
                        pending: totals.pending,
                        waiting: totals.waiting
                    ),
                    versions: Self.versions(try view.quality(of: name, since: since))
                )
            }
        )
    }

    private struct Arm: Hashable {
        let version: VersionName
        let cohort: Cohort
    }

    /// Adds up hours and ages of each version and cohort, in the order of their first label.
    private static func versions(_ records: [QualityRecord]) -> [QualityResponse.VersionQuality] {
        var order: [Arm] = []
        var tallies: [Arm: QualityTally] = [:]
        var ages: [Arm: [String: Int64]] = [:]
        for record in records {
            let arm = Arm(version: record.version, cohort: record.cohort)
            if tallies[arm] == nil { order.append(arm) }
            tallies[arm, default: QualityTally()].merge(record.tally)
            ages[arm, default: [:]][record.age.rawValue, default: 0] += record.tally.overall.labelled
        }
        return order.map { arm in
            let tally = tallies[arm] ?? QualityTally()
            return QualityResponse.VersionQuality(
                version: arm.version,
                cohort: arm.cohort,
                quality: QualityNumbers(tally.overall),
                labelledByAge: ages[arm] ?? [:],
                slices: tally.slices.mapValues(QualityNumbers.init)
            )
        }
    }
}
