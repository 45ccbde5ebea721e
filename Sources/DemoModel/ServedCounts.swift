/// What a server has done with the inference requests it was sent; every request is in exactly one count.
package struct ServedCounts: Equatable, Sendable, Encodable {
    /// Answered with 200, delayed or not.
    package var succeeded = 0
    /// Answered with 500 because the dials said so.
    package var failed = 0
    /// Answered with 4xx because of what was sent.
    package var refused = 0

    package init(succeeded: Int = 0, failed: Int = 0, refused: Int = 0) {
        self.succeeded = succeeded
        self.failed = failed
        self.refused = refused
    }

    package var total: Int { self.succeeded + self.failed + self.refused }
}
