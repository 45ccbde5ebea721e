package import RolloutCore

/// The trips of one gateway: which canaries it keeps at no weight whatever the routes say, and what the controller has yet to hear.
///
/// A trip is let go when newer routes show that its rollout has ended or that the controller has acknowledged it, and forgotten when the
/// controller has heard of it, too.
package struct TripLedger: Equatable, Sendable, Codable {
    fileprivate struct Entry: Equatable, Sendable, Codable {
        var trip: Trip
        /// It still keeps the canary at no weight.
        var isHeld = true
        /// The controller's store has it.
        var isTold = false
    }

    /// What an order or a finding came to.
    package enum Addition: Equatable, Sendable {
        /// The canary gets nothing from now on.
        case held(Trip)
        /// An earlier trip keeps this canary at no weight already.
        case already(Trip)
        /// The routes have gone on to no rollout, or to another one.
        case past
    }

    /// In the order in which they happened.
    private var entries: [Entry] = []

    package init() {}

    package var isEmpty: Bool { self.entries.isEmpty }
    /// Trips that keep a canary at no weight, in the order in which they happened.
    package var held: [Trip] { self.entries.filter(\.isHeld).map(\.trip) }

    /// The trip that keeps the canary of this route at no weight.
    package func trip(holding route: ModelRoute) -> Trip? {
        self.entries.first { $0.isHeld && $0.trip.model == route.model && $0.trip.holds(route) }?.trip
    }

    /// The routes as they are to be applied: without the trials that have tripped.
    package func applied(to snapshot: RouteSnapshot) -> RouteSnapshot {
        guard self.entries.contains(where: \.isHeld) else { return snapshot }
        return RouteSnapshot(
            generation: snapshot.generation,
            routes: snapshot.routes.map { self.trip(holding: $0) == nil ? $0 : $0.withoutTrial },
            stampKey: snapshot.stampKey
        )
    }

    /// - Parameters:
    ///   - snapshot: The newest routes, as they came.
    ///   - isCurrent: Whether the controller's store is known to have no newer ones.
    package mutating func add(_ trip: Trip, under snapshot: RouteSnapshot, isCurrent: Bool) -> Addition {
        let route = snapshot.routes.first { $0.model == trip.model }
        if let route, trip.rollout == route.rollout, let earlier = self.trip(holding: route) {
            return .already(earlier)
        }
        let same = self.entries.first { $0.isHeld && $0.trip.model == trip.model && $0.trip.rollout == trip.rollout }
        if let same { return .already(same.trip) }
        switch trip.cause {
        case .hardStop:
            // A request may end, and fail, long after the routes that sent it.
            guard let route, trip.rollout == route.rollout else { return .past }
        case .operator:
            // With the store away, who orders it may know of a rollout that this gateway has yet to hear of.
            if isCurrent, trip.rollout == nil || trip.rollout != route?.rollout { return .past }
        }
        self.entries.append(Entry(trip: trip))
        return .held(trip)
    }

    /// Lets go of what newer routes have settled, and finds the rollouts of orders that knew of none.
    ///
    /// - Parameter snapshot: Newer routes than any before, as they came; or the last ones, when the store has no newer.
    package mutating func follow(_ snapshot: RouteSnapshot) {
        for index in self.entries.indices where self.entries[index].isHeld {
            let route = snapshot.routes.first { $0.model == self.entries[index].trip.model }
            self.entries[index].follow(route)
        }
        self.forget()
    }

    /// Whether an order still waits to learn its rollout.
    package var isWaiting: Bool { self.entries.contains { $0.isHeld && $0.trip.rollout == nil } }

    package func isTold(_ id: TripID) -> Bool { !self.entries.contains { $0.trip.id == id && !$0.isTold } }

    /// A trip that the controller's store doesn't have yet, the oldest first; nil when there is none that it could make sense of.
    package var untold: Trip? {
        // While an order waits to learn its rollout, there is nothing to record that could be acted on.
        self.entries.first { !$0.isTold && ($0.trip.rollout != nil || !$0.isHeld) }?.trip
    }

    package mutating func told(_ id: TripID) {
        for index in self.entries.indices where self.entries[index].trip.id == id { self.entries[index].isTold = true }
        self.forget()
    }

    private mutating func forget() { self.entries.removeAll { $0.isTold && !$0.isHeld } }
}

extension TripLedger.Entry {
    fileprivate mutating func follow(_ route: ModelRoute?) {
        if self.trip.rollout == nil, let route, let rollout = route.rollout {
            self.trip.rollout = rollout
            self.trip.isAssumed = true
            self.trip.canary = route.arms.first { $0.cohort == .canary }?.version
        }
        self.isHeld = route.map { self.trip.holds($0) } ?? false
    }
}

extension Trip {
    fileprivate func holds(_ route: ModelRoute) -> Bool {
        self.rollout != nil && self.rollout == route.rollout && route.acknowledgedTrips?.contains(self.id) != true
    }
}
