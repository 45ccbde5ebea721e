import ProxyCore
import RolloutCore

/// What one event loop keeps, and asks of stable versions, so that requests can be rescued. Confined to that loop.
struct LoopRescues {
    private let byteLimit: Int
    /// Of request bodies that may have to be sent again.
    private var keptBytes = 0
    /// Of models whose stable version stands in for a canary now, or did a moment ago.
    private var budgets: [ModelName: RescueBudget] = [:]

    init(byteLimit: Int) { self.byteLimit = byteLimit }

    /// - Returns: false when there is no room.
    mutating func keep(_ bytes: Int) -> Bool {
        guard self.keptBytes + bytes <= self.byteLimit else { return false }
        self.keptBytes += bytes
        return true
    }

    mutating func free(_ bytes: Int) { self.keptBytes -= bytes }

    /// - Returns: false when the model's stable version is not to be asked.
    mutating func take(_ model: ModelName, at time: LoopTime) -> Bool {
        self.budgets[model, default: RescueBudget(at: time)].take(at: time)
    }

    /// - Parameter isWell: Nil when nobody waited for the answer.
    mutating func ended(_ model: ModelName, isWell: Bool?, at time: LoopTime) {
        guard var budget = self.budgets[model] else { preconditionFailure("what ends has begun") }
        budget.ended(isWell: isWell, at: time)
        self.budgets[model] = budget.isIdle(at: time) ? nil : budget
    }
}
