import Foundation
import RolloutCore
import Statistics
import Testing

@Suite("What a plan can find out, told before it begins")
struct ForecastTests {
    private static func latency() -> LatencyHistogram {
        var random = SplitMix64(seed: 1)
        var latency = LatencyHistogram()
        for _ in 0..<4_000 { latency.record(microseconds: Int64(50_000 * exp(0.6 * random.normal()))) }
        return latency
    }

    private static func inputs(_ rate: Double?, errors: Double = 0.01) -> ForecastInputs {
        ForecastInputs(
            requestsPerSecond: rate,
            errorShare: errors,
            abortShare: 0.001,
            latency: Self.latency(),
            labelsPerSecond: rate.map { $0 / 4 },
            wrongShare: 0.08
        )
    }

    /// One step of 5 %, judged every ten seconds from the first on.
    private static func plan(deadline: Int, check: Check = .errorRate(), required: Bool = false) -> RolloutPlan {
        var check = check
        check.required = required
        var plan = RolloutPlan.fixture(checks: [check])
        plan.deadlineSeconds = deadline
        plan.promotion = required ? .nonInferiority : .noViolation
        return plan
    }

    /// Draws from a binomial distribution by its table.
    private struct Draw {
        private let cumulative: [Double]

        init(_ trials: Int64, _ share: Double) {
            var mass = pow(1 - share, Double(trials))
            var sum = mass
            var cumulative = [sum]
            for k in 1...trials {
                mass *= Double(trials - k + 1) / Double(k) * share / (1 - share)
                sum += mass
                cumulative.append(sum)
            }
            self.cumulative = cumulative
        }

        func callAsFunction(_ random: inout SplitMix64) -> Int64 {
            let unit = random.unit()
            return Int64(self.cumulative.firstIndex { $0 > unit } ?? self.cumulative.count - 1)
        }
    }

    /// How often the real processes reach their thresholds, drawn interval by interval.
    private static func simulated(
        runs: Int,
        intervals: Int,
        canary: (units: Int64, share: Double),
        stable: (units: Int64, share: Double),
        threshold: Double,
        process: StratifiedEProcess
    ) -> Double {
        var random = SplitMix64(seed: 2_026)
        let (draw1, draw0) = (Draw(canary.units, canary.share), Draw(stable.units, stable.share))
        var found = 0
        for _ in 0..<runs {
            var process = process
            for _ in 0..<intervals {
                let (x1, x0) = (draw1(&random), draw0(&random))
                guard let pair = try? Stratum(x1: x1, n1: canary.units, x0: x0, n0: stable.units) else { continue }
                process.fold(pair)
                if process.logE >= threshold { break }
            }
            if process.largestLogE >= threshold { found += 1 }
        }
        return Double(found) / Double(runs)
    }

    @Test(
        "The probability to find a harm is that of the real e-process, or up to eight points less",
        arguments: [
            (0.01, 0.03, 40), (0.01, 0.02, 60), (0.08, 0.12, 40), (0.2, 0.3, 30), (0.001, 0.01, 60), (0.001, 0.01, 20),
        ]
    )
    func agreesWithProcess(stable: Double, canary: Double, intervals: Int) {
        let (n1, n0): (Int64, Int64) = (20, 380)
        let simulated = Self.simulated(
            runs: 400,
            intervals: intervals,
            canary: (n1, canary),
            stable: (n0, stable),
            threshold: LogDomain.threshold(alpha: 0.05),
            process: .harm(tolerance: 1.1, startTimes: .spread(horizon: intervals))
        )
        let told = EvidenceOutlook(
            grid: .harm(tolerance: 1.1),
            canaryShare: canary,
            stableShare: stable,
            stablePerCanary: Double(n0) / Double(n1),
            startShare: 0.5 + 0.5 / Double(intervals)
        ).crossing(logThreshold: LogDomain.threshold(alpha: 0.05), units: Double(n1) * Double(intervals))

        #expect((-0.08...0.03).contains((told.last ?? 0) - simulated), "told \(told.last ?? 0), simulated \(simulated)")
        #expect(zip(told, told.dropFirst()).allSatisfy { $0 <= $1 + 1e-9 }, "a curve never falls")
    }

    @Test("The proof for promotion comes when the real one does", arguments: [(0.01, 60), (0.001, 60), (0.08, 40)])
    func agreesWithProof(share: Double, intervals: Int) {
        let (n1, n0): (Int64, Int64) = (100, 400)
        var random = SplitMix64(seed: 5)
        let (draw1, draw0) = (Draw(n1, share), Draw(n0, share))
        var found = 0
        let runs = 120
        let threshold = LogDomain.threshold(alpha: 0.05)
        for _ in 0..<runs {
            var comparison = StratifiedEProcess.nonInferiority(margin: 1.5)
            var ceiling = ShareCeilingEProcess(ceiling: 0.005)
            for _ in 0..<intervals {
                let (x1, x0) = (draw1(&random), draw0(&random))
                guard let pair = try? Stratum(x1: x1, n1: n1, x0: x0, n0: n0) else { continue }
                comparison.fold(pair)
                ceiling.fold(bad: x1, units: n1)
                if LogDomain.mean([comparison.logE, ceiling.logE]) >= threshold {
                    found += 1
                    break
                }
            }
        }
        let told = EvidenceOutlook(
            proof: .nonInferiority(margin: 1.5),
            ceiling: 0.005,
            canaryShare: share,
            stableShare: share,
            stablePerCanary: 4
        ).crossing(logThreshold: threshold, units: Double(n1) * Double(intervals))
        let simulated = Double(found) / Double(runs)

        #expect(abs((told.last ?? 0) - simulated) <= 0.12, "told \(told.last ?? 0), simulated \(simulated)")
    }

    @Test("Five requests a second see a rise from 0.1 % to 1 % in half an hour about half of the time")
    func theExample() throws {
        let forecast = Forecast(plan: Self.plan(deadline: 1_800), inputs: Self.inputs(5, errors: 0.001))
        let harm = try #require(forecast.checks.first?.harms.first { $0.to == 0.01 })

        #expect((0.35...0.65).contains(harm.probability), "\(harm.probability)")
        #expect(harm.from == 0.001)
    }

    @Test("More traffic finds smaller harms, sooner")
    func moreTraffic() throws {
        let forecasts = [5.0, 50, 500].map { Forecast(plan: Self.plan(deadline: 3_600), inputs: Self.inputs($0)) }
        let smallest = forecasts.map { $0.checks[0].smallestFound?.to ?? 1 }
        let medians = forecasts.map { $0.checks[0].harms[1].medianSeconds ?? .infinity }

        #expect(smallest[0] > smallest[1] && smallest[1] > smallest[2], "\(smallest)")
        #expect(medians[0] > medians[1] && medians[1] > medians[2], "\(medians)")
        #expect(forecasts.allSatisfy { ($0.checks[0].smallestFound?.probability ?? 0) >= 0.8 })
    }

    @Test("Latency and accuracy are told, too: what is seen, and when it is proven fine")
    func otherChecks() throws {
        var plan = RolloutPlan(deadlineSeconds: 7_200)
        plan.checks = [.errorRate(), .latency(), .quality(.accuracy)]
        let forecast = Forecast(plan: plan, inputs: Self.inputs(200))
        let latency = try #require(forecast.checks.first { $0.metric == "latency" })
        let quality = try #require(forecast.checks.first { $0.metric == "quality" })

        #expect(latency.harms.first { $0.to == 1.3 }?.probability ?? 0 > 0.95)
        #expect((1.05...1.3).contains(latency.smallestFound?.to ?? 0))
        #expect(quality.harms.first?.probability ?? 0 > 0.8)
        #expect(forecast.canEnd == true)
        let seconds = try #require(forecast.secondsUntilPromotion)
        #expect((670...7_200).contains(seconds), "\(seconds)")
    }

    @Test("A plan whose requests can't come before its deadline is told to be impossible, and why")
    func cannotCollect() {
        var plan = Self.plan(deadline: 1_800)
        plan.minimumRequests = 2_000
        let forecast = Forecast(plan: plan, inputs: Self.inputs(5))

        #expect(forecast.canEnd == false)
        #expect(forecast.reasons.count == 1)
        #expect(forecast.reasons.first?.contains("minimumRequests") == true)
        #expect(forecast.secondsUntilPromotion == nil)
    }

    @Test("A proof that no good canary reaches in time makes a plan impossible; unless it isn't required")
    func cannotProve() {
        let blind = Forecast(plan: Self.plan(deadline: 1_800, required: true), inputs: Self.inputs(5))
        let lenient = Forecast(plan: Self.plan(deadline: 1_800), inputs: Self.inputs(5))

        #expect(blind.canEnd == false)
        #expect(blind.reasons.first?.contains("'error-rate' is required") == true)
        #expect(lenient.canEnd == true)
    }

    @Test("Without traffic nothing is known, and nothing refused", arguments: [nil, 0] as [Double?])
    func noTraffic(rate: Double?) {
        let forecast = Forecast(plan: Self.plan(deadline: 1_800), inputs: Self.inputs(rate))

        #expect(forecast.canEnd == nil)
        #expect(forecast.checks.map(\.note) == ["no traffic yet"])
        #expect(forecast.checks.allSatisfy { $0.smallestFound == nil && $0.harms.isEmpty })
    }

    @Test("Inputs are read from what stable did; no errors seen is not no errors ever")
    func inputs() {
        var tally = CohortTally.fixture(requests: 999)
        tally.detail.quality.overall = .binary(rows: 99, wrong: 9)
        let inputs = ForecastInputs(stable: tally, seconds: 100)

        #expect(inputs.requestsPerSecond == 9.99)
        #expect(inputs.errorShare == 0.0005)
        #expect(inputs.labelsPerSecond == 0.99)
        #expect(inputs.wrongShare == 0.095)
        #expect(inputs.predictionsPerSecond == nil)
    }

    @Test("A forecast is stored and sent as it is")
    func codable() throws {
        let forecast = Forecast(plan: RolloutPlan(), inputs: Self.inputs(100))
        let text = try JSONEncoder().encode(forecast)

        #expect(try JSONDecoder().decode(Forecast.self, from: text) == forecast)
    }
}
