import ControlWire
import MicroHTTP
import RolloutCore
import RolloutEngine
import Statistics

/// What a plan can find out at a model's traffic, before it begins.
extension ControlHandlers {
    /// A plan is refused only by traffic that was seen for so long: a lull of a minute is no rate.
    private static let refusalSeconds = 300.0

    func forecast(_ model: ModelName, _ request: HTTPRequest) throws -> HTTPResponse {
        let wanted = try self.wanted(request, ForecastRequest.init)
        return try .json(
            self.services.store.read { view in
                _ = try self.model(model, in: view)
                return try ObservedTraffic(of: model, in: view).forecast(for: wanted.plan)
            }
        )
    }

    /// For a version that is about to be registered.
    ///
    /// - Returns: Nil when there is nothing to forecast: it is the first version, is registered already, or the model is unknown.
    /// - Throws: `plan-cannot-end` when the traffic that was seen can't carry the plan to a promotion.
    func forecast(_ wanted: VersionRequest, for model: ModelName) throws -> ForecastResponse? {
        let found = try self.services.store.read { view -> ForecastResponse? in
            guard try view.route(of: model) != nil,
                try view.version(wanted.specification.version, of: model) == nil
            else { return nil }
            return try ObservedTraffic(of: model, in: view).forecast(for: wanted.specification.plan)
        }
        guard let found, found.forecast.canEnd == false, found.observedSeconds >= Self.refusalSeconds,
            !wanted.ignoresForecast
        else { return found }
        throw RequestRefusal(
            problem: Problem(
                "plan-cannot-end",
                status: 422,
                detail: found.forecast.reasons.joined(separator: "; ")
                    + "; or register it all the same with ignoreForecast",
                pointer: "/plan"
            )
        )
    }
}

/// What was seen of a model's traffic of late.
private struct ObservedTraffic {
    let inputs: ForecastInputs
    /// Over how long; 0 when nothing was seen.
    let seconds: Double

    /// How far back requests and labels are looked at.
    private static let requestHours = 1.0
    private static let labelHours = 24.0
    /// While there are no whole minutes yet.
    private static let firstSeconds = 60.0

    init(of model: ModelName, in view: any RolloutView) throws {
        guard let route = try view.route(of: model) else {
            self.inputs = ForecastInputs(requestsPerSecond: nil)
            self.seconds = 0
            return
        }
        let since = view.now.adding(seconds: -Self.requestHours * 3_600)
        let minutes = try view.minutes(of: route.stable, model: model, since: since)
        let tally: CohortTally
        if let first = minutes.first, let last = minutes.last {
            self.seconds = last.minute.seconds(since: first.minute) + 60
            tally = minutes.reduce(into: CohortTally()) { $0.merge($1.tally) }
        } else {
            let recent = try view.traffic(of: model, since: view.now.adding(seconds: -Self.firstSeconds))
            tally = recent.filter { $0.version == route.stable }.reduce(into: CohortTally()) { $0.merge($1.tally) }
            self.seconds = tally.outcomes.asked > 0 ? Self.firstSeconds : 0
        }
        var inputs = ForecastInputs(stable: tally, seconds: self.seconds)
        // A canary takes its share of the model's traffic from what stable shows.
        let stableShare = (route.canary?.weight ?? .zero).complement.share
        if stableShare > 0 { inputs.requestsPerSecond = inputs.requestsPerSecond.map { $0 / stableShare } }
        try Self.addLabels(to: &inputs, of: model, in: view)
        self.inputs = inputs
    }

    /// Labels come days later and are counted apart from requests.
    private static func addLabels(
        to inputs: inout ForecastInputs,
        of model: ModelName,
        in view: any RolloutView
    ) throws {
        let since = view.now.adding(seconds: -self.labelHours * 3_600)
        let records = try view.quality(of: model, since: since)
        guard let first = records.first else { return }
        let seconds = min(self.labelHours * 3_600, max(3_600, view.now.seconds(since: first.hour)))
        let labelled = records.reduce(0) { $0 + $1.tally.overall.labelled }
        inputs.labelsPerSecond = labelled > 0 ? Double(labelled) / seconds : nil
        let confusion = records.filter { $0.cohort != .canary }.flatMap { $0.tally.overall.confusion }
        let rows = confusion.reduce(0) { $0 + $1.value }
        let wrong = confusion.reduce(0) { $1.key.isRight ? $0 : $0 + $1.value }
        if rows > 0 { inputs.wrongShare = (Double(wrong) + 0.5) / (Double(rows) + 1) }
    }

    func forecast(for plan: RolloutPlan) -> ForecastResponse {
        ForecastResponse(observedSeconds: self.seconds, forecast: Forecast(plan: plan, inputs: self.inputs))
    }
}
