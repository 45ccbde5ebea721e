package import RolloutCore

/// What became of the labels of one request, each on its own: what is unknown is no failure of the rest.
package struct FeedbackResponse: Codable, Equatable, Sendable {
    package struct Item: Codable, Equatable, Sendable {
        package let result: FeedbackResult
        /// In plain words, for what doesn't count.
        package let reason: String?

        package init(result: FeedbackResult, reason: String? = nil) {
            self.result = result
            self.reason = reason
        }
    }

    /// One for each item sent, in its order.
    package let items: [Item]
    /// How many came to each result; those that none came to are 0.
    package let counts: [String: Int]

    package init(_ items: [Item]) {
        self.items = items
        var counts = Dictionary(uniqueKeysWithValues: FeedbackResult.allCases.map { ($0.rawValue, 0) })
        for item in items { counts[item.result.rawValue, default: 0] += 1 }
        self.counts = counts
    }
}
