/// What was found in one exchange.
package struct PayloadReading: Sendable {
    /// The bodies with their transfer and content codings taken off.
    struct Bodies: Sendable {
        let request: BodyCoding
        let response: BodyCoding
        let isEventStream: Bool
    }

    /// The answer's rows in order; empty for an answer that has no prediction.
    package let rows: [RowReading]
    private let bodies: Bodies

    init(rows: [RowReading] = [], bodies: Bodies) {
        self.rows = rows
        self.bodies = bodies
    }

    /// Both bodies as text to keep, made only when asked for; a body that can't be kept is replaced by a note that says why.
    ///
    /// - Parameters:
    ///   - pointers: JSON Pointers, with `*`, whose values are replaced by `"[redacted]"`. With any of them, a body that
    ///     is no JSON isn't kept at all.
    ///   - limit: Bytes of UTF-8 that are kept of each body.
    package func redacted(_ pointers: [String], limit: Int = 16_384) -> RedactedPayload {
        let redaction = Redaction(pointers, limit: limit)
        return RedactedPayload(
            request: redaction.text(of: self.bodies.request, isEventStream: false),
            response: redaction.text(of: self.bodies.response, isEventStream: self.bodies.isEventStream)
        )
    }
}
