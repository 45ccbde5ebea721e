package import RolloutCore

/// Reads one number a cohort from another system. Blocking; called from a thread of its own.
package protocol ExternalMetrics: Sendable {
    /// - Throws: When there is no answer, or none with a number, within the adapter's own limit of time; the error's description is shown.
    func read(_ source: ExternalSource, _ subject: ExternalSubject) throws -> ExternalReading
}

/// What is asked about: fills the placeholders of a source.
package struct ExternalSubject: Hashable, Sendable {
    package let model: ModelName
    package let canary: VersionName
    package let stable: VersionName
    /// The interval that the numbers are for; it has ended.
    package let intervalStart: Timestamp
    package let intervalSeconds: Int

    package init(
        model: ModelName,
        canary: VersionName,
        stable: VersionName,
        intervalStart: Timestamp,
        intervalSeconds: Int
    ) {
        self.model = model
        self.canary = canary
        self.stable = stable
        self.intervalStart = intervalStart
        self.intervalSeconds = intervalSeconds
    }
}

/// What other systems told, by interval and by the name of the check that asked.
package typealias IntervalReadings = [Timestamp: [String: ExternalReading]]
