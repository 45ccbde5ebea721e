/// What another system told of both versions for one interval.
package struct ExternalReading: Hashable, Sendable, Codable {
    /// In the metric's own unit; nil when the system had no number.
    package var canary: Double?
    package var stable: Double?
    /// Why there are no numbers, in words; nil when the system answered.
    package var error: String?

    package init(canary: Double? = nil, stable: Double? = nil, error: String? = nil) {
        self.canary = canary
        self.stable = stable
        self.error = error
    }
}
