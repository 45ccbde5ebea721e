package import RolloutCore

extension RolloutCommands {
    /// Sets how the payloads of a model are understood, on all gateways, from a new route generation on.
    ///
    /// - Throws: `CommandError.rolloutIsOpen`, because evidence from two readings of the payloads can't be compared; `InvalidValue` for
    ///   signals with `complaints()`.
    package func setSignals(_ signals: ModelSignals, of name: ModelName, actor: Actor) throws -> CommandResult {
        if let complaint = signals.complaints().first { throw complaint }
        return try self.store.write { transaction in
            guard let model = try transaction.lock(name) else { throw CommandError.unknownModel(name) }
            guard model.signals != signals else {
                return try self.unchanged("the signals of \(name) are as asked already", nil, transaction)
            }
            if let open = try transaction.openRollout(of: name) { throw CommandError.rolloutIsOpen(open.id) }
            try transaction.setSignals(signals, of: name)
            if let route = try transaction.route(of: name) {
                let transition = RolloutTransition(transaction: transaction, newSalt: self.newSalt)
                try transition.routeAll(to: route.stable, of: name)
            }
            try transaction.append(
                NewEvent(kind: .signalsChanged, model: name, message: "\(actor) changed the signals of \(name)")
            )
            return CommandResult(
                changed: true,
                message: "the payloads of \(name) are read as declared",
                rollout: nil,
                generation: try transaction.routeGeneration()
            )
        }
    }
}
