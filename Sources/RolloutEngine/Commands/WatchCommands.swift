package import RolloutCore

/// What people can say to the watch over stable versions.
package struct WatchCommands: Sendable {
    let store: any WatchStore

    package init(store: any WatchStore) { self.store = store }

    /// Takes the new level of an open finding for normal: it is learnt anew. Repeating it does nothing more.
    ///
    /// - Parameter number: Of the finding, within the watch of the present stable version.
    /// - Returns: Whether the finding was open.
    /// - Throws: `CommandError.unknownModel` when the model isn't watched (yet).
    package func acknowledge(finding number: Int, of model: ModelName, actor: Actor) throws -> Bool {
        let changed = try self.store.watch(model, fence: nil) { transaction in
            guard var state = try transaction.state() else { throw CommandError.unknownModel(model) }
            guard let events = state.watch?.acknowledge(finding: number, at: transaction.now), !events.isEmpty else {
                return false
            }
            try transaction.save(state)
            try transaction.save(events.map(\.finding), of: state)
            try transaction.append(
                events.map { event in
                    NewEvent(
                        kind: EventKind(event.name),
                        model: model,
                        version: state.version,
                        message: "\(actor) takes it for normal: \(event.finding.message)"
                    )
                }
            )
            return true
        }
        return changed ?? false
    }
}
