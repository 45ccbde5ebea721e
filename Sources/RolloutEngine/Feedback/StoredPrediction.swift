package import RolloutCore

/// Names one predicted row of one request for ever.
package struct PredictionID: Hashable, Sendable {
    package let requestID: String
    /// 0, 1, 2 … within the request.
    package let row: Int
    /// As the request's id says.
    package let predictedAt: Timestamp

    package init(requestID: String, row: Int, predictedAt: Timestamp) {
        self.requestID = requestID
        self.row = row
        self.predictedAt = predictedAt
    }
}

/// A prediction as it waits for its label.
package struct StoredPrediction: Hashable, Sendable {
    package let id: PredictionID
    package let cohort: Cohort
    package let generation: Int64
    package let key: String?
    package let prediction: Prediction
    package let slices: [String]

    package init(
        id: PredictionID,
        cohort: Cohort,
        generation: Int64,
        key: String?,
        prediction: Prediction,
        slices: [String]
    ) {
        self.id = id
        self.cohort = cohort
        self.generation = generation
        self.key = key
        self.prediction = prediction
        self.slices = slices
    }
}

/// What a generation of a model's route was, as far as labels need to know.
package struct LabelRoute: Hashable, Sendable {
    package struct Trial: Hashable, Sendable {
        package let rollout: RolloutID
        package let canary: VersionName
        /// Of the rollout's plan.
        package let intervalSeconds: Int
        /// Whether the rollout has ended: nothing changes it any more.
        package let isSettled: Bool

        package init(rollout: RolloutID, canary: VersionName, intervalSeconds: Int, isSettled: Bool) {
            self.rollout = rollout
            self.canary = canary
            self.intervalSeconds = intervalSeconds
            self.isSettled = isSettled
        }
    }

    package let stable: VersionName
    /// Nil outside rollouts.
    package let trial: Trial?

    package init(stable: VersionName, trial: Trial?) {
        self.stable = stable
        self.trial = trial
    }

    /// Nil for a canary where there was none.
    package func version(of cohort: Cohort) -> VersionName? {
        switch cohort {
        case .stable, .baseline: self.stable
        case .canary: self.trial?.canary
        }
    }
}
