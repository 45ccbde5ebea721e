import Foundation
import RolloutCore
import Statistics

func modelName(_ text: String) -> ModelName {
    guard let name = try? ModelName(text) else { preconditionFailure("\(text) is no model name") }
    return name
}

func versionName(_ text: String) -> VersionName {
    guard let name = try? VersionName(text) else { preconditionFailure("\(text) is no version name") }
    return name
}

func basisPoints(_ number: Int) -> Weight {
    guard let weight = try? Weight(basisPoints: number) else { preconditionFailure("\(number) is no weight") }
    return weight
}

extension VersionSpecification {
    static func fixture(
        _ version: String,
        port: Int = 8000,
        upstreamModel: String? = nil,
        labels: [String: String] = [:],
        plan: RolloutPlan = .quick()
    ) throws -> VersionSpecification {
        try VersionSpecification(
            version: versionName(version),
            upstreams: [UpstreamURL("http://127.0.0.1:\(port)")],
            upstreamModel: upstreamModel,
            labels: labels,
            plan: plan
        )
    }
}

extension RolloutPlan {
    /// Judges second by second, with nothing to wait for but the evidence.
    static func quick(
        steps: [Step] = [Step(weight: .fivePercent)],
        minimumRequests: Int = 100,
        deadlineSeconds: Int = 3_600,
        promotion: PromotionRule = .nonInferiority,
        checks: [Check] = Check.defaults,
        hardStop: HardStop? = HardStop(),
        assignment: AssignmentRule = .perRequest
    ) -> RolloutPlan {
        RolloutPlan(
            steps: steps,
            intervalSeconds: 1,
            bakeSeconds: 0,
            minimumRequests: minimumRequests,
            deadlineSeconds: deadlineSeconds,
            warmUp: WarmUp(seconds: 0, requests: 0),
            promotion: promotion,
            checks: checks,
            hardStop: hardStop,
            assignment: assignment
        )
    }
}

extension CohortTally {
    /// Requests whose latencies are the quantiles of 1 ms plus an exponential distribution of mean 20 ms, times `slowness`.
    ///
    /// A smooth tail, because a comparison beyond a quantile sees nothing in a gap.
    static func fixture(requests: Int64, errors: Int64 = 0, slowness: Double = 1) -> CohortTally {
        var outcomes = OutcomeCounts()
        outcomes[.success] = requests - errors
        outcomes[.serverError] = errors
        var latency = LatencyHistogram()
        for rank in 0..<requests {
            let milliseconds = 1 - 20 * log(1 - (Double(rank) + 0.5) / Double(requests))
            latency.record(microseconds: Int64(1_000 * milliseconds * slowness))
        }
        return CohortTally(outcomes: outcomes, latency: latency)
    }

    /// A second at 5 % of 2 000 and of 10 000 requests.
    static let fewCanary = fixture(requests: 100)
    static let fewStable = fixture(requests: 1_900)
    static let manyCanary = fixture(requests: 500)
    static let manyStable = fixture(requests: 9_500)
}

extension CohortTally {
    /// Some requests with a feature in so many rows.
    static func withSignal(rows: Int64) throws -> CohortTally {
        var tally = CohortTally.fixture(requests: 10)
        let counts = SparseCounts([(bucket: ValueGrid.number.bucket(of: 20), count: rows)])
        tally.detail.signals[try SignalName("age")] = SignalTally(
            role: .feature,
            values: .numbers(NumberTally(grid: .number, counts: counts))
        )
        return tally
    }
}
