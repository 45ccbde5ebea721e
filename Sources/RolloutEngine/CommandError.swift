package import RolloutCore

/// Why a command was refused; nothing was changed.
package enum CommandError: Error, Hashable, Sendable {
    case unknownModel(ModelName)
    case unknownVersion(VersionName, ModelName)
    case unknownRollout(RolloutID)
    /// The name is taken by a model with other properties.
    case modelDiffers(ModelName)
    /// The name is taken by a version with another specification.
    case versionDiffers(VersionName, ModelName)
    /// The model has no stable version yet.
    case noStable(ModelName)
    /// There is no open rollout to act on.
    case noOpenRollout(ModelName)
    /// The caller meant another rollout than the one that is open.
    case otherRollout(expected: RolloutID, open: RolloutID?)
    case illegal(RolloutStateMachine.Command, RolloutID, RolloutState)
    /// Promotion of a version that never got a request.
    case noTraffic(VersionName, RolloutID)
    /// There was never a promotion to go back from.
    case nothingToRestore(ModelName)
    /// The rollout wasn't promoted, or its canary isn't stable any more.
    case cannotRestore(RolloutID)
    /// Only a version that waits as `registered` can be started.
    case cannotStart(VersionName, VersionState)
    /// A rollout is open; a new one starts after it or supersedes it.
    case rolloutIsOpen(RolloutID)
    /// More items than one call takes.
    case tooManyItems(Int, limit: Int)
    /// Nothing is known about what the version did in that time.
    case nothingObserved(VersionName, ModelName)
}
