import RolloutCore
import Synchronization

@testable import Gateway

/// Keeps the trips that the gateway tells.
final class TripStore: TripSink {
    struct Away: Error {}

    private let state = Mutex<(trips: [Trip], attempts: Int, isAway: Bool)>(([], 0, false))

    func setAway(_ isAway: Bool) { self.state.withLock { $0.isAway = isAway } }

    func record(_ trip: Trip) throws {
        try self.state.withLock {
            $0.attempts += 1
            if $0.isAway { throw Away() }
            $0.trips.append(trip)
        }
    }

    var trips: [Trip] { self.state.withLock { $0.trips } }
    var attempts: Int { self.state.withLock { $0.attempts } }
}
