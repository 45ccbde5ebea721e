package import RolloutCore

/// Where route snapshots come from. The gateway calls it from a thread of its own, so it may block.
package protocol RouteSource: Sendable {
    /// Waits for a snapshot of another generation than `generation`.
    ///
    /// - Parameters:
    ///   - generation: The last one this source gave; nil asks for the current one at once.
    ///   - timeout: How long to wait at most; stopping a gateway takes as long.
    /// - Returns: nil when there was none in that time.
    /// - Throws: When the source can't be asked now; the gateway serves on with what it has and asks again.
    func next(after generation: Int64?, timeout: Duration) throws -> RouteSnapshot?

    /// Every event loop of the gateway now routes by this generation. Told again later when it throws.
    func applied(generation: Int64) throws
}
