/// What became of the payloads that the tap looked at, in requests.
package struct PayloadTally: Hashable, Sendable {
    /// Copied and decoded.
    package var inspected: Int64
    /// The request did not parse: the client's doing, and alike in both cohorts.
    package var malformedRequests: Int64
    /// The answer did not parse, or had no prediction in it.
    package var malformedResponses: Int64
    /// Left out because a body is larger than the tap may copy.
    package var oversized: Int64
    /// Left out because the tap had no room or no time.
    package var dropped: Int64
    /// Rows of the answers that were read.
    package var rows: Int64
    /// Rows that lack a usable value of a prediction or confidence: each once, however many it lacks.
    package var unusableRows: Int64
    /// Σ rows² over the answers: with `rows` how much the rows of one answer, which stay together, can say.
    package var squaredRows: Int64
    /// Rows of the requests that were read, and Σ rows² over them.
    package var inputRows: Int64
    package var squaredInputRows: Int64

    package init(
        inspected: Int64 = 0,
        malformedRequests: Int64 = 0,
        malformedResponses: Int64 = 0,
        oversized: Int64 = 0,
        dropped: Int64 = 0,
        rows: Int64 = 0,
        unusableRows: Int64 = 0,
        squaredRows: Int64 = 0,
        inputRows: Int64 = 0,
        squaredInputRows: Int64 = 0
    ) {
        self.inspected = inspected
        self.malformedRequests = malformedRequests
        self.malformedResponses = malformedResponses
        self.oversized = oversized
        self.dropped = dropped
        self.rows = rows
        self.unusableRows = unusableRows
        self.squaredRows = squaredRows
        self.inputRows = inputRows
        self.squaredInputRows = squaredInputRows
    }

    /// Counts an answer's rows.
    package mutating func addAnswer(rows: Int, unusable: Int) {
        self.rows += Int64(rows)
        self.unusableRows += Int64(unusable)
        self.squaredRows += Self.square(rows)
    }

    /// Counts a request's rows.
    package mutating func addRequest(rows: Int) {
        self.inputRows += Int64(rows)
        self.squaredInputRows += Self.square(rows)
    }

    /// Bounded, so that no sum of many can overflow.
    private static func square(_ rows: Int) -> Int64 {
        let rows = Int64(min(rows, 1 << 20))
        return rows * rows
    }

    package mutating func merge(_ other: PayloadTally) {
        self.inspected += other.inspected
        self.malformedRequests += other.malformedRequests
        self.malformedResponses += other.malformedResponses
        self.oversized += other.oversized
        self.dropped += other.dropped
        self.rows += other.rows
        self.unusableRows += other.unusableRows
        self.squaredRows += other.squaredRows
        self.inputRows += other.inputRows
        self.squaredInputRows += other.squaredInputRows
    }
}
