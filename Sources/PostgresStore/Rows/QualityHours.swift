import RolloutCore
import RolloutEngine

/// Records of quality, those of one place merged.
struct QualityHours {
    struct Place: Hashable {
        let version: VersionName
        let cohort: Cohort
        let hour: Timestamp
        let age: LabelAge
    }

    private(set) var records: [Place: QualityRecord] = [:]

    mutating func add(_ record: QualityRecord) {
        let place = Place(version: record.version, cohort: record.cohort, hour: record.hour, age: record.age)
        if self.records[place] == nil {
            self.records[place] = record
        } else {
            self.records[place]?.tally.merge(record.tally)
        }
    }

    /// Oldest first, in a fixed order.
    var ordered: [QualityRecord] {
        self.records.values.sorted {
            ($0.hour.microseconds, $0.version.text, $0.cohort.rawValue, $0.age.rawValue) < (
                $1.hour.microseconds, $1.version.text, $1.cohort.rawValue, $1.age.rawValue
            )
        }
    }
}
