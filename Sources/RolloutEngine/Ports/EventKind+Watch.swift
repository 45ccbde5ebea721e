import RolloutCore

extension EventKind {
    init(_ name: WatchEvent.Name) {
        self =
            switch name {
            case .stableDegraded: .stableDegraded
            case .stableRecovered: .stableRecovered
            case .qualityDegraded: .qualityDegraded
            case .qualityRecovered: .qualityRecovered
            case .dataQualityViolated: .dataQualityViolated
            case .dataQualityRestored: .dataQualityRestored
            case .driftDetected: .driftDetected
            case .driftEnded: .driftEnded
            case .classImbalanceDetected: .classImbalanceDetected
            case .classImbalanceEnded: .classImbalanceEnded
            case .findingPersisted: .findingPersisted
            }
    }
}
