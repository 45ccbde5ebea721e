/// Units and the bad ones among them.
struct BadUnits: Hashable, Sendable {
    var bad: Int64 = 0
    var units: Int64 = 0

    mutating func merge(_ other: BadUnits) {
        self.bad += other.bad
        self.units += other.units
    }

    var measured: MeasuredCohort {
        MeasuredCohort(
            units: self.units,
            bad: self.bad,
            value: self.units > 0 ? Double(self.bad) / Double(self.units) : nil
        )
    }
}
