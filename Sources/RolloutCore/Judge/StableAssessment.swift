/// Whether stable is well itself: beside a broken stable nothing is concluded for a while.
package struct StableAssessment: Hashable, Sendable, Codable {
    /// `pass`, `fail`, or `noData` without requests.
    package let verdict: Verdict
    package let message: String
    /// Since when it has been broken without a break; absent when it isn't.
    package let brokenSince: Timestamp?
    /// Of the last seconds that the guard looks at.
    package let requests: Int64
    package let errors: Int64

    package init(verdict: Verdict, message: String, brokenSince: Timestamp?, requests: Int64, errors: Int64) {
        self.verdict = verdict
        self.message = message
        self.brokenSince = brokenSince
        self.requests = requests
        self.errors = errors
    }
}
