/// What a check measured of both cohorts since the warm-up, in its own unit.
package struct Measurement: Hashable, Sendable, Codable {
    /// What is counted.
    package enum Unit: String, Hashable, Sendable, Codable, CaseIterable {
        case requests
        /// Rows of payloads that were looked at.
        case rows
        /// Rows whose labels came.
        case labels
        /// Intervals for which another system was asked.
        case readings
    }

    /// What the values are: `accuracy`, `errorRate`, a signal's name.
    package let name: String
    package let unit: Unit
    package let canary: MeasuredCohort
    package let stable: MeasuredCohort
    /// Of the values, compared within strata; absent while it can't be told.
    package let difference: Difference?

    package init(
        name: String,
        unit: Unit,
        canary: MeasuredCohort,
        stable: MeasuredCohort,
        difference: Difference? = nil
    ) {
        self.name = name
        self.unit = unit
        self.canary = canary
        self.stable = stable
        self.difference = difference
    }
}

/// One cohort's side of a measurement.
package struct MeasuredCohort: Hashable, Sendable, Codable {
    /// How many units there were.
    package let units: Int64
    /// How many of them were bad, where units are good or bad.
    package let bad: Int64?
    /// The measure itself; absent while it is undefined, never 0 in its place.
    package let value: Double?
    /// More numbers to show, by name.
    package let further: [String: Double]

    package init(units: Int64, bad: Int64? = nil, value: Double?, further: [String: Double] = [:]) {
        self.units = units
        self.bad = bad
        self.value = value
        self.further = further
    }
}

/// How far one signal of the canary is from stable's.
package struct SignalMovement: Hashable, Sendable, Codable {
    package let signal: SignalName
    package let role: SignalRole
    package let canaryRows: Int64
    package let stableRows: Int64
    /// ln E, the largest so far.
    package let logE: Double
    /// Whether the difference is proven and large enough to matter.
    package let hasMoved: Bool
    /// The largest difference of a class's shares (L∞), and that class; absent for numbers.
    package let classDifference: Double?
    package let mostMovedClass: String?
    /// Jensen–Shannon distance to base 2; absent for numbers.
    package let classDistance: Double?
    /// Population stability index less what chance makes; absent for classes.
    package let stabilityIndex: Double?
    /// Wasserstein distance in stable's standard deviations; absent for classes and for a constant stable.
    package let movement: Double?
    /// Mean of the numbers; absent for classes.
    package let canaryMean: Double?
    package let stableMean: Double?

    package init(
        signal: SignalName,
        role: SignalRole,
        canaryRows: Int64,
        stableRows: Int64,
        logE: Double,
        hasMoved: Bool,
        classDifference: Double? = nil,
        mostMovedClass: String? = nil,
        classDistance: Double? = nil,
        stabilityIndex: Double? = nil,
        movement: Double? = nil,
        canaryMean: Double? = nil,
        stableMean: Double? = nil
    ) {
        self.signal = signal
        self.role = role
        self.canaryRows = canaryRows
        self.stableRows = stableRows
        self.logE = logE
        self.hasMoved = hasMoved
        self.classDifference = classDifference
        self.mostMovedClass = mostMovedClass
        self.classDistance = classDistance
        self.stabilityIndex = stabilityIndex
        self.movement = movement
        self.canaryMean = canaryMean
        self.stableMean = stableMean
    }
}

/// A quality measure on one slice of the rows; a display, unless a check names the slice.
package struct SliceMeasurement: Hashable, Sendable, Codable {
    /// `signal=value`.
    package let slice: String
    package let canary: MeasuredCohort
    package let stable: MeasuredCohort

    package init(slice: String, canary: MeasuredCohort, stable: MeasuredCohort) {
        self.slice = slice
        self.canary = canary
        self.stable = stable
    }
}
