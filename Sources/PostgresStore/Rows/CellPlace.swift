import RolloutCore
import RolloutEngine

/// What a cell's labels are about, as the statement takes it.
struct CellPlace: Encodable {
    /// In the batch.
    let position: Int
    let version: String
    let cohort: String
    let rollout: Int64?
    let generation: Int64
    let start: Int64
    let age: String

    init(_ position: Int, _ cell: LabelCell) {
        self.position = position
        self.version = cell.key.version.text
        self.cohort = cell.key.cohort.rawValue
        self.rollout = cell.key.rollout?.number
        self.generation = cell.key.generation
        self.start = cell.key.intervalStart.microseconds
        self.age = cell.key.age.rawValue
    }
}
