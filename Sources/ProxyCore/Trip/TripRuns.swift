/// Requests in a row, up to now, for which no connection could be made.
package struct TripRuns: Equatable, Sendable {
    /// The longer of two: on the loop that asks, and on the gateway as a whole.
    package var canary: Int64
    /// The longest on any loop or on the gateway as a whole.
    package var stable: Int64

    package init(canary: Int64 = 0, stable: Int64 = 0) {
        self.canary = canary
        self.stable = stable
    }
}
