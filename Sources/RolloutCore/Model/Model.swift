/// A served model: a name under which versions follow one another.
package struct Model: Hashable, Sendable {
    package let name: ModelName
    package let match: RouteMatch
    /// Whether the newest waiting version starts its rollout when the active one has ended.
    package let autoStart: Bool
    package let labels: [String: String]
    /// How its payloads are understood; can be changed while no rollout is open.
    package var signals: ModelSignals
    package let createdAt: Timestamp

    package init(
        name: ModelName,
        match: RouteMatch = .standard,
        autoStart: Bool = true,
        labels: [String: String] = [:],
        signals: ModelSignals = .init(),
        createdAt: Timestamp
    ) {
        self.name = name
        self.match = match
        self.autoStart = autoStart
        self.labels = labels
        self.signals = signals
        self.createdAt = createdAt
    }
}
