import ControlWire
import RolloutCore
import Statistics

/// Losses and calibration of predicted probabilities.
enum ProbabilityCases {
    static let operations: [String: CaseTable.Operation] = [
        "log_loss": logLoss,
        "log_loss_multi": logLossOfClasses,
        "ece": calibrationError,
    ]

    private static func logLoss(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let rows = try self.rows(&inputs)
        let clip = try self.clip(&inputs)
        let losses = Moments(
            rows.compactMap { ProbabilityLoss.logarithmic(probability: $0.second, happened: $0.first, clip: clip) }
        )
        let squares = Moments(rows.compactMap { ProbabilityLoss.brier(probability: $0.second, happened: $0.first) })
        return .fields([
            "log_loss": .number(rows.isEmpty ? nil : losses.notFinite > 0 ? .infinity : losses.mean),
            "brier": .number(squares.count > 0 ? squares.mean : nil),
        ])
    }

    private static func calibrationError(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let rows = try self.rows(&inputs)
        var calibration = Calibration(bins: try inputs.integer("bins", in: 1...1_000_000, default: 10))
        for (happened, probability) in rows { calibration.add(probability: probability, happened: happened) }
        return .number(calibration.expectedError)
    }

    private static func rows(_ inputs: inout CaseInputs) throws(InvalidValue) -> [(first: Bool, second: Double)] {
        let positive = try inputs.label("pos_label", default: .number(1))
        let truth = try inputs.labels("y_true").map { $0.map { $0 == positive } }
        let probabilities = try inputs.optionalNumbers("p", .probability)
        return try inputs.rows(("y_true", truth), ("p", probabilities))
    }

    /// How sure a prediction may be; the machine epsilon when absent or "eps", as in scikit-learn.
    private static func clip(_ inputs: inout CaseInputs) throws(InvalidValue) -> Double {
        if inputs.value("clip") == .string("eps") { return .ulpOfOne }
        return try inputs.number("clip", .belowHalfOrZero, default: .ulpOfOne)
    }

    private static func logLossOfClasses(_ inputs: inout CaseInputs) throws(InvalidValue) -> CaseAnswer {
        let truth = try inputs.labels("y_true")
        let classes = inputs.isPresent("labels") ? try self.classes(&inputs) : Set(truth.compactMap(\.self)).sorted()
        let clip = try self.clip(&inputs)
        var probabilities: [[Double]?] = []
        for (index, item) in try inputs.items("proba").enumerated() {
            let place = "\(inputs.place("proba"))/\(index)"
            let row = try CaseInputs.numbers(item, .probability, at: place)
            guard row.count == classes.count else {
                throw InvalidValue("must have one probability for each of \(classes.count) classes", at: place)
            }
            probabilities.append(row)
        }
        let rows = try inputs.rows(("y_true", truth), ("proba", probabilities))
        var losses: [Double] = []
        for (label, row) in rows {
            guard let index = classes.firstIndex(of: label) else {
                throw InvalidValue("must name every class that y_true has", at: inputs.place("labels"))
            }
            losses += [ProbabilityLoss.logarithmic(probabilities: row, trueClass: index, clip: clip)].compactMap(\.self)
        }
        let moments = Moments(losses)
        return .number(losses.isEmpty ? nil : moments.notFinite > 0 ? .infinity : moments.mean)
    }

    /// In the order of the columns of probabilities.
    private static func classes(_ inputs: inout CaseInputs) throws(InvalidValue) -> [CaseLabel] {
        let labels = try inputs.labels("labels").compactMap(\.self)
        guard Set(labels).count == labels.count else {
            throw InvalidValue("must not repeat a class", at: inputs.place("labels"))
        }
        return labels
    }
}
