package import Statistics

/// What is known of a model's traffic and of its stable version when a plan is to be tried.
package struct ForecastInputs: Hashable, Sendable, Codable {
    /// Of the model, all versions together; nil or 0 when there has been no traffic yet.
    package var requestsPerSecond: Double?
    /// Of stable's requests, 0…1; nil takes a thousandth.
    package var errorShare: Double?
    /// Of stable's requests, given up by their clients, 0…1; nil takes a thousandth.
    package var abortShare: Double?
    /// Of stable's answers looked at, 0…1.
    package var invalidShare: Double?
    /// Stable's, of late; empty leaves checks on latency unknown.
    package var latency: LatencyHistogram
    /// Rows with a label, all versions together; nil when none has come yet.
    package var labelsPerSecond: Double?
    /// Of stable's labelled rows, predicted wrongly, 0…1.
    package var wrongShare: Double?
    /// Rows with a prediction that are looked at, all versions together.
    package var predictionsPerSecond: Double?

    package init(
        requestsPerSecond: Double?,
        errorShare: Double? = nil,
        abortShare: Double? = nil,
        invalidShare: Double? = nil,
        latency: LatencyHistogram = .init(),
        labelsPerSecond: Double? = nil,
        wrongShare: Double? = nil,
        predictionsPerSecond: Double? = nil
    ) {
        self.requestsPerSecond = requestsPerSecond
        self.errorShare = errorShare
        self.abortShare = abortShare
        self.invalidShare = invalidShare
        self.latency = latency
        self.labelsPerSecond = labelsPerSecond
        self.wrongShare = wrongShare
        self.predictionsPerSecond = predictionsPerSecond
    }

    /// From what stable, with all the model's traffic, did in the last `seconds`.
    package init(stable tally: CohortTally, seconds: Double) {
        /// Half a bad unit more than were seen: none seen is not none ever.
        func share(_ bad: Int64, of units: Int64) -> Double? {
            units > 0 ? (Double(bad) + 0.5) / (Double(units) + 1) : nil
        }
        func rate(_ units: Int64) -> Double? { seconds > 0 && units > 0 ? Double(units) / seconds : nil }
        let (outcomes, detail) = (tally.outcomes, tally.detail)
        let quality = detail.quality.overall
        let classified = quality.confusion.values.reduce(0, +)
        let right = quality.confusion.reduce(0) { $1.key.isRight ? $0 + $1.value : $0 }
        let predictions = detail.signals.values.filter { $0.role == .prediction }.map(\.rows).max() ?? 0
        self.init(
            requestsPerSecond: rate(outcomes.asked),
            errorShare: share(outcomes.errors, of: outcomes.judged),
            abortShare: share(outcomes[.clientAborted], of: outcomes.asked),
            invalidShare: share(detail.payloads.malformedResponses, of: detail.payloads.inspected),
            latency: tally.latency,
            labelsPerSecond: rate(quality.labelled),
            wrongShare: share(classified - right, of: classified),
            predictionsPerSecond: rate(predictions)
        )
    }
}
