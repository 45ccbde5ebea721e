import RolloutCore

/// The states and transitions of a rollout as a mermaid diagram, found by trying every input in every state.
enum RolloutStateDiagram {
    private typealias Cases = RolloutMachineCases

    private struct Edge: Hashable {
        let from: String
        let to: String
    }

    static let text: String = {
        let edges = Self.edges(of: Cases.openStates)
        let openNames = Self.names(Cases.openStates)
        let settledNames = Self.names(Cases.settledStates)
        var lines = ["stateDiagram-v2", "    [*] --> pending", "    state open {"]
        for from in openNames {
            for to in openNames {
                if let labels = edges[Edge(from: from, to: to)] {
                    lines.append("        \(from) --> \(to): \(labels.joined(separator: ", "))")
                }
            }
        }
        lines.append("    }")
        for to in settledNames {
            let byFrom = openNames.map { edges[Edge(from: $0, to: to)] ?? [] }
            let everywhere = byFrom[0].filter { label in byFrom.allSatisfy { $0.contains(label) } }
            if !everywhere.isEmpty { lines.append("    open --> \(to): \(everywhere.joined(separator: ", "))") }
            for (from, labels) in zip(openNames, byFrom) {
                let own = labels.filter { !everywhere.contains($0) }
                if !own.isEmpty { lines.append("    \(from) --> \(to): \(own.joined(separator: ", "))") }
            }
        }
        lines += settledNames.map { "    \($0) --> [*]" }
        return lines.joined(separator: "\n")
    }()

    private static func edges(of states: [RolloutState]) -> [Edge: [String]] {
        var edges: [Edge: [String]] = [:]
        func note(_ before: RolloutState, _ after: RolloutState, _ label: String) {
            guard before != after else { return }
            let edge = Edge(from: Self.name(before), to: Self.name(after))
            if edges[edge]?.contains(label) != true { edges[edge, default: []].append(label) }
        }
        for state in states {
            for event in Cases.events {
                var machine = Cases.machine(state)
                _ = machine.happened(event)
                note(state, machine.state, Self.label(event))
            }
            for command in RolloutStateMachine.Command.allCases {
                var machine = Cases.machine(state)
                guard (try? machine.ordered(command)) != nil else { continue }
                note(state, machine.state, "\(command)")
            }
        }
        return edges
    }

    private static func names(_ states: [RolloutState]) -> [String] {
        var names: [String] = []
        for name in states.map(Self.name) where !names.contains(name) { names.append(name) }
        return names
    }

    private static func name(_ state: RolloutState) -> String {
        switch state {
        case .running(.pending): "pending"
        case .running(.warming): "warming"
        case .running(.progressing): "progressing"
        case .running(.awaitingApproval): "awaitingApproval"
        case .paused: "paused"
        case .promoted: "promoted"
        case .rolledBack: "rolledBack"
        case .inconclusive: "inconclusive"
        case .superseded: "superseded"
        }
    }

    private static func label(_ event: RolloutStateMachine.Event) -> String {
        switch event {
        case .canaryAnswered: "canaryAnswered"
        case .warmedUp: "warmedUp"
        case .stepCompleted: "stepCompleted"
        case .failed: "failed"
        case .gaveUp: "gaveUp"
        case .supersededByNewer: "supersededByNewer"
        }
    }
}
