/// What the tap does with one request.
package struct TapDraw: Equatable, Sendable {
    /// How many of its predictions are kept for labels; 0 for a request that is only looked at.
    package let predictionRows: Int
    /// Bytes of the largest body that is kept.
    package let bodyLimit: Int

    package init(predictionRows: Int, bodyLimit: Int) {
        self.predictionRows = predictionRows
        self.bodyLimit = bodyLimit
    }
}
