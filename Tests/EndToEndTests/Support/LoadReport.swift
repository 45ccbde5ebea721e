import Foundation

/// What the clients of a gateway have seen.
struct LoadReport: Sendable {
    /// Answers that name no version in `x-serin-version` stand under this one.
    static let unnamed = "(none)"

    /// By status.
    private(set) var statuses: [Int: Int] = [:]
    /// By `x-serin-version`.
    private(set) var versions: [String: Int] = [:]
    /// Answers whose body names another model version than their head.
    private(set) var mislabelled = 0
    private(set) var withoutRequestID = 0
    private(set) var failures: [HTTPConnection.Failure: Int] = [:]
    /// Of answered requests, unordered, in milliseconds.
    private(set) var latencies: [Double] = []
    /// When the last answer of each version arrived.
    private(set) var lastAnswers: [String: ContinuousClock.Instant] = [:]
    /// When the last answered request of each version was sent.
    private(set) var lastRequests: [String: ContinuousClock.Instant] = [:]

    var answered: Int { self.latencies.count }
    var failed: Int { self.failures.values.reduce(0, +) }
    /// Neither an answer of a model nor of the gateway about a model that works.
    var bad: Int { self.failed + self.statuses.filter { $0.key != 200 }.values.reduce(0, +) }

    func answers(of version: String) -> Int { self.versions[version] ?? 0 }

    /// Nearest rank, `share` in 0…1; 0 without answers.
    func latency(_ share: Double) -> Double {
        guard !self.latencies.isEmpty else { return 0 }
        let sorted = self.latencies.sorted()
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }

    mutating func add(
        _ outcome: Result<HTTPConnection.Answer, HTTPConnection.Failure>,
        from start: ContinuousClock.Instant,
        to end: ContinuousClock.Instant
    ) {
        switch outcome {
        case .failure(let failure): self.failures[failure, default: 0] += 1
        case .success(let answer):
            let version = answer.headers["x-serin-version"] ?? Self.unnamed
            self.statuses[answer.status, default: 0] += 1
            self.versions[version, default: 0] += 1
            if answer.headers["x-serin-request-id"]?.isEmpty != false { self.withoutRequestID += 1 }
            if let named = Self.modelVersion(answer.text), named != version { self.mislabelled += 1 }
            self.latencies.append((end - start).milliseconds)
            self.lastAnswers[version] = end
            self.lastRequests[version] = max(start, self.lastRequests[version] ?? start)
        }
    }

    /// What a demonstration model says about itself; an error of its names nobody.
    private static func modelVersion(_ body: String) -> String? {
        let parts = body.components(separatedBy: #""model_version":""#)
        return parts.count == 2 ? parts[1].split(separator: "\"").first.map(String.init) : nil
    }
}

extension LoadReport: CustomStringConvertible {
    var description: String {
        """
        \(self.answered) answers \(self.statuses) of \(self.versions), \(self.failed) failures \(self.failures), \
        p50 \(self.latency(0.5)) ms, p99 \(self.latency(0.99)) ms
        """
    }
}
