package import RolloutCore

/// What one row of an answer says.
package struct RowReading: Hashable, Sendable {
    /// The user's own name of the row.
    package var key: String?
    package var prediction: Prediction
    /// `signal=value` of the model's slices.
    package var slices: [String]

    package init(key: String? = nil, prediction: Prediction = .init(), slices: [String] = []) {
        self.key = key
        self.prediction = prediction
        self.slices = slices
    }
}
