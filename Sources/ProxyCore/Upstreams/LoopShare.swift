/// One event loop's part of a limit that holds for the whole gateway.
///
/// Loops share nothing on a request's path, so each has a part of its own; the parts add up to the limit, but a loop without any could
/// serve nothing, so each has at least 1.
package struct LoopShare: Equatable, Sendable {
    private let loop: Int
    private let count: Int

    /// - Parameter loop: 0..<`count`.
    package init(loop: Int, of count: Int) {
        precondition((0..<count).contains(loop), "each loop has a number of its own")
        self.loop = loop
        self.count = count
    }

    package func part(of limit: Int) -> Int {
        max(1, limit / self.count + (self.loop < limit % self.count ? 1 : 0))
    }
}
