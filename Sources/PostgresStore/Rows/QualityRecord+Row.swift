import PostgresClient
import RolloutCore
import RolloutEngine

extension QualityRecord {
    /// A row of the hours, or a cell that isn't in them yet: its interval lies in an hour.
    init(row: PostgresRow) throws {
        let age: String = try row.decode("age")
        guard let known = LabelAge(rawValue: age) else {
            throw CorruptRow(description: "a label has the unknown age '\(age)'")
        }
        self.init(
            version: try VersionName(row.decode("version", as: String.self)),
            cohort: try Cohort(row: row),
            hour: try row.timestamp("hour").floored(toSeconds: 3_600),
            age: known,
            tally: try StoredJSON.decode(row.decode("quality", as: String.self))
        )
    }
}

extension Cohort {
    init(row: PostgresRow) throws {
        let text: String = try row.decode("cohort")
        guard let cohort = Cohort(rawValue: text) else {
            throw CorruptRow(description: "a row has the unknown cohort '\(text)'")
        }
        self = cohort
    }
}
