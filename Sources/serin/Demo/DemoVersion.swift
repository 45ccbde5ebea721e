import DemoModel

/// The four versions of the story.
enum DemoVersion: String, CaseIterable, Sendable {
    /// Stable from the start.
    case v1
    /// Better than v1: is promoted.
    case v2
    /// Broken: answers errors.
    case v3
    /// Good, but its operator changes their mind.
    case v4

    func configuration() throws -> DemoModelConfiguration {
        switch self {
        case .v1: DemoModelConfiguration(modelName: DemoStage.model, version: self.rawValue, variant: .v1)
        case .v2, .v4: DemoModelConfiguration(modelName: DemoStage.model, version: self.rawValue, variant: .v2)
        case .v3:
            DemoModelConfiguration(
                modelName: DemoStage.model,
                version: self.rawValue,
                variant: .v2,
                faults: try DemoFaults(errorRate: DemoStage.brokenErrorRate)
            )
        }
    }
}
