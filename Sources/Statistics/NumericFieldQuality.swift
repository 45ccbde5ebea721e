/// Counts of what is wrong with a numeric field; each row is in the first class that fits.
package struct NumericFieldQuality: Sendable, Hashable {
    package let range: ClosedRange<Double>
    package private(set) var missing: Int64 = 0
    package private(set) var typeMismatches: Int64 = 0
    package private(set) var outOfRange: Int64 = 0
    package private(set) var valid: Int64 = 0

    package init(range: ClosedRange<Double> = -.infinity ... .infinity) {
        self.range = range
    }

    /// What is not a number (NaN) is missing.
    package mutating func add(_ value: FieldValue) {
        switch value {
        case .missing: missing += 1
        case .text: typeMismatches += 1
        case .number(let number) where number.isNaN: missing += 1
        case .number(let number): if range.contains(number) { valid += 1 } else { outOfRange += 1 }
        }
    }

    package mutating func merge(_ other: NumericFieldQuality) {
        missing += other.missing
        typeMismatches += other.typeMismatches
        outOfRange += other.outOfRange
        valid += other.valid
    }

    package var total: Int64 { missing + typeMismatches + outOfRange + valid }
}
