package import RolloutCore

/// `PUT /v1/models/{model}/signals`
package struct SignalsResponse: Codable, Equatable, Sendable {
    /// False when they were so before.
    package let changed: Bool
    package let signals: ModelSignals
    package let propagation: PropagationResponse

    package init(changed: Bool, signals: ModelSignals, propagation: PropagationResponse) {
        self.changed = changed
        self.signals = signals
        self.propagation = propagation
    }
}
