/// What the tap does with one request.
package struct TapDraw: Equatable, Sendable {
    /// Whether its payloads count as its arm's.
    package enum Look: Sendable {
        case no
        case yes
        /// It was drawn, but there was no room for more.
        case refused
    }

    package let look: Look
    /// How many of its predictions are kept for labels.
    package let predictionRows: Int
    /// Bytes of the largest body that is kept.
    package let bodyLimit: Int

    package init(look: Look, predictionRows: Int, bodyLimit: Int) {
        self.look = look
        self.predictionRows = predictionRows
        self.bodyLimit = bodyLimit
    }

    /// The request and its answer are read.
    package var isRead: Bool { self.look == .yes || self.predictionRows > 0 }
}
