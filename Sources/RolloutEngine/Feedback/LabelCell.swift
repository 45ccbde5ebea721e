package import RolloutCore

/// A label that counts, so that telling it again is known for what it is.
package struct LabelRecord: Hashable, Sendable {
    package let id: PredictionID
    package let key: String?
    package let label: LabelValue
    package let receivedAt: Timestamp

    package init(id: PredictionID, key: String?, label: LabelValue, receivedAt: Timestamp) {
        self.id = id
        self.key = key
        self.label = label
        self.receivedAt = receivedAt
    }
}

/// Labelled rows of one cohort, counted by the interval in which they were predicted.
package struct LabelCell: Hashable, Sendable {
    package struct Key: Hashable, Sendable {
        package let version: VersionName
        package let cohort: Cohort
        /// Nil outside rollouts.
        package let rollout: RolloutID?
        package let generation: Int64
        package let intervalStart: Timestamp
        package let age: LabelAge

        package init(
            version: VersionName,
            cohort: Cohort,
            rollout: RolloutID?,
            generation: Int64,
            intervalStart: Timestamp,
            age: LabelAge
        ) {
            self.version = version
            self.cohort = cohort
            self.rollout = rollout
            self.generation = generation
            self.intervalStart = intervalStart
            self.age = age
        }
    }

    package let key: Key
    /// When the oldest of the labels came.
    package var receivedAt: Timestamp
    package var quality: QualityTally

    package init(key: Key, receivedAt: Timestamp, quality: QualityTally) {
        self.key = key
        self.receivedAt = receivedAt
        self.quality = quality
    }
}

/// How long after its prediction a label came; at most as long as the case says.
package enum LabelAge: String, Hashable, Sendable, CaseIterable {
    case minute, hour, day, week, older

    package init(from prediction: Timestamp, to label: Timestamp) {
        self =
            switch label.seconds(since: prediction) {
            case ...60: .minute
            case ...3_600: .hour
            case ...86_400: .day
            case ...604_800: .week
            default: .older
            }
    }
}
