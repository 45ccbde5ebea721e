import Logging
import ProxyCore
import RolloutCore
import Synchronization

/// What the loops route by: the routes as they came, without the trials that have tripped.
///
/// Any thread may call it but a loop's, since it waits for all of them. Routes and trips are applied one after the other, so neither
/// undoes the other.
final class AppliedRoutes: Sendable {
    private struct State {
        /// The newest, as they came.
        var snapshot = RouteSnapshot.empty
        var ledger = TripLedger()
        var watches: [RolloutID: TripWatch] = [:]
        /// When the store was last known to have no newer routes.
        var confirmedAt: LoopTime?
    }

    /// What a trip came to.
    struct Outcome {
        let addition: TripLedger.Addition
        /// It would last through a restart.
        let isKept: Bool
        /// When all loops had followed it.
        let appliedAt: ContinuousClock.Instant
    }

    let alarm = TripAlarm()
    /// Wakes whoever tells of trips.
    let news = WakeSignal()
    private let state = Mutex(State())
    private let loops: TrafficLoops
    private let routeFile: KeptFile<RouteSnapshot>?
    private let tripFile: KeptFile<TripLedger>?
    private let logger: Logger

    /// The store is asked about once a second: for so long its last answer holds.
    private static let confirmation = Duration.milliseconds(2_500)

    init(
        loops: TrafficLoops,
        routeFile: KeptFile<RouteSnapshot>?,
        tripFile: KeptFile<TripLedger>?,
        logger: Logger
    ) {
        self.loops = loops
        self.routeFile = routeFile
        self.tripFile = tripFile
        self.logger = logger
    }

    // MARK: Routes

    /// Applies what was kept: trips first, so that no request goes to a canary that had tripped.
    func restore() {
        self.state.withLock { state in
            do {
                if let ledger = try self.tripFile?.load() { state.ledger = ledger }
            } catch {
                self.logger.error("the trips that were kept can't be read", metadata: ["error": "\(error)"])
            }
            self.news.wake()
            for trip in state.ledger.held {
                self.logger.warning("a canary is still kept without traffic", metadata: Self.metadata(of: trip))
            }
            do {
                guard let snapshot = try self.routeFile?.load() else { return }
                state.snapshot = snapshot
                self.apply(&state)
                self.logger.info(
                    "serving the routes that were kept",
                    metadata: ["generation": "\(snapshot.generation)"]
                )
            } catch {
                self.logger.error("the routes that were kept can't be read", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Routes by newer routes, as far as no trip stands against them.
    func follow(_ snapshot: RouteSnapshot) {
        self.state.withLock { state in
            let before = state.ledger
            state.snapshot = snapshot
            state.confirmedAt = TrafficLoop.now()
            state.ledger.follow(snapshot)
            self.apply(&state)
            self.note(before, state.ledger)
        }
        do {
            try self.routeFile?.save(snapshot)
        } catch {
            // The routes are applied all the same; only a restart without the control plane would miss them.
            self.logger.warning("the route snapshot can't be kept", metadata: ["error": "\(error)"])
        }
    }

    /// The store has no newer routes.
    func confirm() {
        self.state.withLock { state in
            state.confirmedAt = TrafficLoop.now()
            guard state.ledger.isWaiting else { return }
            let before = state.ledger
            state.ledger.follow(state.snapshot)
            self.apply(&state)
            self.note(before, state.ledger)
        }
    }

    private func apply(_ state: inout State) {
        let snapshot = state.ledger.applied(to: state.snapshot)
        var watches: [RolloutID: TripWatch] = [:]
        for route in snapshot.routes {
            guard let rollout = route.rollout, let rule = route.hardStop else { continue }
            watches[rollout] = state.watches[rollout] ?? self.watch(route, rollout, rule)
        }
        state.watches = watches
        self.loops.apply(snapshot, watches: watches)
    }

    private func watch(_ route: ModelRoute, _ rollout: RolloutID, _ rule: HardStop) -> TripWatch? {
        guard let canary = route.arms.first(where: { $0.cohort == .canary }) else { return nil }
        let subject = TripSubject(model: route.model, rollout: rollout, canary: canary.version)
        return TripWatch(subject, rule: rule, loopCount: self.loops.threads.count, at: TrafficLoop.now()) { [alarm] in
            alarm.ring(TripAlarm.Finding(subject: $0, rule: $1, evidence: $2))
        }
    }

    // MARK: Trips

    /// Takes the canary's traffic away: from the return on, no loop sends it a new request.
    ///
    /// - Parameter make: Gets the model's route as it came, and says what happened.
    func trip(_ model: ModelName, _ make: (ModelRoute?) -> Trip) -> Outcome {
        self.state.withLock { state in
            let route = state.snapshot.routes.first { $0.model == model }
            let isCurrent = state.confirmedAt.map { TrafficLoop.now() < $0.adding(Self.confirmation) } ?? false
            let addition = state.ledger.add(make(route), under: state.snapshot, isCurrent: isCurrent)
            guard case .held(let trip) = addition else {
                return Outcome(addition: addition, isKept: self.tripFile != nil, appliedAt: .now)
            }
            self.apply(&state)
            let appliedAt = ContinuousClock.now
            self.logger.critical("a canary was taken off", metadata: Self.metadata(of: trip))
            self.news.wake()
            return Outcome(addition: addition, isKept: self.save(state.ledger), appliedAt: appliedAt)
        }
    }

    var untold: Trip? { self.state.withLock { $0.ledger.untold } }

    func told(_ id: TripID) {
        self.state.withLock { state in
            state.ledger.told(id)
            _ = self.save(state.ledger)
        }
    }

    func isTold(_ id: TripID) -> Bool { self.state.withLock { $0.ledger.isTold(id) } }

    /// The routes as they are applied, and the trips that stand against the ones that came.
    var view: (routes: RouteSnapshot, trips: [Trip]) {
        self.state.withLock { ($0.ledger.applied(to: $0.snapshot), $0.ledger.held) }
    }

    private func note(_ before: TripLedger, _ after: TripLedger) {
        guard before != after else { return }
        self.news.wake()
        let held = Set(after.held.map(\.id))
        for trip in before.held where !held.contains(trip.id) {
            self.logger.notice("a trip has ended; the routes are followed again", metadata: Self.metadata(of: trip))
        }
        _ = self.save(after)
    }

    private func save(_ ledger: TripLedger) -> Bool {
        do {
            try self.tripFile?.save(ledger)
            return self.tripFile != nil
        } catch {
            self.logger.error(
                "a trip can't be kept: it would not last through a restart",
                metadata: ["error": "\(error)"]
            )
            return false
        }
    }

    private static func metadata(of trip: Trip) -> Logger.Metadata {
        [
            "model": "\(trip.model)", "rollout.id": "\(trip.rollout.map { "\($0)" } ?? "unknown")",
            "version": "\(trip.canary.map { "\($0)" } ?? "unknown")", "reason": "\(trip.reason)", "by": "\(trip.actor)",
        ]
    }
}
