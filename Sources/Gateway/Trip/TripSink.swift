package import RolloutCore

/// Where a gateway tells what it did by itself. It is called from a thread of its own, so it may block.
package protocol TripSink: Sendable {
    /// Records a trip. One that was recorded before, known by its id, must change nothing.
    ///
    /// - Throws: When it is not certain that the trip is recorded; the gateway tries again with the same trip.
    func record(_ trip: Trip) throws
}
