/// One demand of a baseline that what was seen doesn't meet.
package struct ConstraintViolation: Hashable, Sendable, Codable {
    /// The words are SageMaker Model Monitor's, and one more for ranges.
    package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        case dataType = "data_type_check"
        case completeness = "completeness_check"
        case baselineDrift = "baseline_drift_check"
        case missingColumn = "missing_column_check"
        case extraColumn = "extra_column_check"
        case categoricalValues = "categorical_values_check"
        case range = "range_check"
    }

    package let signal: SignalName
    package let kind: Kind
    /// Rows that violate, and rows that were looked at.
    package let affectedRows: Int64
    package let rows: Int64
    /// Of the rows that violate, 0…1; nil where no share is demanded.
    package let share: Double?
    /// What is allowed, 0…1; nil where no share is demanded.
    package let allowedShare: Double?
    /// The probability of as many violating rows if their share were the allowed one; nil where no share is demanded.
    package let pValue: Double?
    /// One sentence in plain words.
    package let message: String

    /// Where a share is demanded.
    package init(
        _ kind: Kind,
        of signal: SignalName,
        affectedRows: Int64,
        rows: Int64,
        allowedShare: Double,
        pValue: Double,
        message: String
    ) {
        self.signal = signal
        self.kind = kind
        self.affectedRows = affectedRows
        self.rows = rows
        self.share = rows > 0 ? Double(affectedRows) / Double(rows) : nil
        self.allowedShare = allowedShare
        self.pValue = pValue
        self.message = message
    }

    /// Of the signal as a whole.
    package init(_ kind: Kind, of signal: SignalName, rows: Int64, message: String) {
        self.signal = signal
        self.kind = kind
        self.affectedRows = rows
        self.rows = rows
        self.share = nil
        self.allowedShare = nil
        self.pValue = nil
        self.message = message
    }
}
