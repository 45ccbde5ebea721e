/// What a check compares, and how.
package enum Comparison: Hashable, Sendable {
    case errorRate(ShareComparison)
    /// Requests that clients gave up: a version that hangs makes no errors, it makes clients leave.
    case clientAborts(ShareComparison)
    case latency(LatencyComparison)
    /// Answers that can't be read, and rows without a usable prediction.
    case invalidOutputs(ShareComparison)
    /// The distribution of predictions and confidences.
    case predictionDrift(DriftComparison)
    /// Predictions held against their labels.
    case quality(QualityComparison)
    /// A number that the model's payloads carry.
    case signal(SignalComparison)
    /// A number that another system tells.
    case external(ExternalComparison)

    /// The word for the kind in JSON, SQL, metrics and on screens.
    package var metric: String {
        switch self {
        case .errorRate: "errorRate"
        case .clientAborts: "clientAborts"
        case .latency: "latency"
        case .invalidOutputs: "invalidOutputs"
        case .predictionDrift: "predictionDrift"
        case .quality: "quality"
        case .signal: "signal"
        case .external: "external"
        }
    }

    /// Every word of `metric`.
    package static let metrics = [
        "errorRate", "clientAborts", "latency", "invalidOutputs", "predictionDrift", "quality", "signal", "external",
    ]

    /// Whether promotion waits for the check unless the plan says otherwise: not for what needs labels, payloads or another system.
    package var isRequiredByDefault: Bool {
        switch self {
        case .errorRate, .clientAborts, .latency: true
        case .invalidOutputs, .predictionDrift, .quality, .signal, .external: false
        }
    }

    /// Whether a difference in what the cohorts are asked spoils it: it is made of what payloads and labels say. Errors, latencies and
    /// aborts of requests are what they are.
    var needsAlikeInputs: Bool {
        switch self {
        case .invalidOutputs, .predictionDrift, .quality, .signal: true
        case .errorRate, .clientAborts, .latency, .external: false
        }
    }

    /// Whether bad units are traced to the places of sticky keys.
    var isJudgedByPlaces: Bool {
        switch self {
        case .errorRate, .clientAborts: true
        case .latency, .invalidOutputs, .predictionDrift, .quality, .signal, .external: false
        }
    }

    /// Whether a failure is a statement with a bounded error, and so inside `alpha`.
    package var isStatistical: Bool {
        switch self {
        case .errorRate, .clientAborts, .latency, .invalidOutputs, .predictionDrift, .quality, .signal: true
        case .external: false
        }
    }
}

/// In which direction a number gets worse.
package enum Direction: String, Hashable, Sendable, Codable, CaseIterable {
    /// More is worse, as with times.
    case higher
    /// Less is worse, as with tokens a second.
    case lower
    /// Any change is.
    case either
}
