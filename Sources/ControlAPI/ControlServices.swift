package import Logging
package import RolloutEngine

/// What the API needs from the rest of the program.
package struct ControlServices: Sendable {
    /// For ordinary requests.
    package let commands: RolloutCommands
    package let store: any RolloutStore
    /// For rollback, restore and pause, with connections of their own: a busy or stalled main lane doesn't keep them
    /// waiting.
    package let urgentCommands: RolloutCommands
    package let urgentStore: any RolloutStore
    package let feedback: FeedbackCommands
    package let pinTokens: PinTokens
    package let events: any EventSignal
    package let logger: Logger

    package init(
        commands: RolloutCommands,
        store: any RolloutStore,
        urgentCommands: RolloutCommands,
        urgentStore: any RolloutStore,
        feedback: FeedbackCommands,
        events: any EventSignal,
        logger: Logger
    ) {
        self.commands = commands
        self.store = store
        self.urgentCommands = urgentCommands
        self.urgentStore = urgentStore
        self.feedback = feedback
        self.pinTokens = PinTokens(store: store)
        self.events = events
        self.logger = logger
    }
}
