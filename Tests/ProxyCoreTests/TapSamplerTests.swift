import ProxyCore
import RolloutCore
import Testing

@Suite("Sampling of payloads")
struct TapSamplerTests {
    private func sampler(_ signals: ModelSignals, loops: Int = 1) throws -> TapSampler {
        let table = table(try .split(canary: 500))
        return TapSampler(table.routes[0], signals: signals, loopCount: loops, continuing: nil)
    }

    /// One second of traffic in ten ticks: how often each arm was looked at, and how many requests were marked.
    private func second(
        _ sampler: inout TapSampler,
        requests: [Int],
        random: inout FastRandom
    ) -> (inspected: [Int], marked: [Int], rows: Int) {
        var inspected = [0, 0]
        var marked = [0, 0]
        var rows = 0
        for _ in 0..<TapSampler.ticksPerSecond {
            var order = requests.enumerated().flatMap { arm, count in
                Array(repeating: arm, count: count / TapSampler.ticksPerSecond)
            }
            order.shuffle(using: &random)
            for arm in order {
                guard let draw = sampler.draw(arm: arm, random: &random) else { continue }
                inspected[arm] += 1
                if draw.predictionRows > 0 { marked[arm] += 1 }
                rows = max(rows, draw.predictionRows)
            }
            sampler.tick()
        }
        return (inspected, marked, rows)
    }

    @Test("Each arm has its own budget, so a small canary is seen as well as stable", arguments: [1, 2])
    func budgets(loops: Int) throws {
        var sampler = try self.sampler(ModelSignals(inspectPerSecond: 100, predictionsPerSecond: 0), loops: loops)
        var random = FastRandom(seed: 1)
        for _ in 0..<3 {
            let seen = self.second(&sampler, requests: [9_500, 500], random: &random)
            #expect(seen.inspected == [100 / loops, 100 / loops])
            #expect(seen.marked == [0, 0])
        }
    }

    @Test("An arm with less traffic than its budget is seen whole, also at less than one a tick")
    func whole() throws {
        var sampler = try self.sampler(ModelSignals(inspectPerSecond: 40, predictionsPerSecond: 0))
        var random = FastRandom(seed: 1)
        _ = self.second(&sampler, requests: [40, 20], random: &random)
        #expect(self.second(&sampler, requests: [40, 20], random: &random).inspected == [40, 20])

        var scarce = try self.sampler(ModelSignals(inspectPerSecond: 1, predictionsPerSecond: 0), loops: 2)
        var total = 0
        for _ in 0..<20 { total += self.second(&scarce, requests: [1_000, 0], random: &random).inspected[0] }
        #expect((10...12).contains(total))
    }

    @Test(
        "Predictions are kept at the rate that is asked for, with one probability for all arms",
        arguments: [1, 2, 3]
    )
    func marks(seed: UInt64) throws {
        var sampler = try self.sampler(ModelSignals(inspectPerSecond: 1, predictionsPerSecond: 100))
        var random = FastRandom(seed: seed)
        _ = self.second(&sampler, requests: [1_600, 400], random: &random)
        var marked = [0, 0]
        for _ in 0..<50 {
            let seen = self.second(&sampler, requests: [1_600, 400], random: &random)
            marked[0] += seen.marked[0]
            marked[1] += seen.marked[1]
            #expect(seen.rows == 1)
            #expect(seen.marked[0] + seen.marked[1] <= seen.inspected[0] + seen.inspected[1])
        }
        let total = Double(marked[0] + marked[1])
        #expect(abs(total - 5_000) < 4 * 5_000.0.squareRoot(), "seed \(seed)")
        #expect(abs(Double(marked[1]) - 0.2 * total) < 4 * (total * 0.2 * 0.8).squareRoot(), "seed \(seed)")
    }

    @Test("Little traffic leaves more rows of each request, a sudden rush is bounded")
    func adapting() throws {
        var sampler = try self.sampler(ModelSignals(inspectPerSecond: 1, predictionsPerSecond: 100))
        var random = FastRandom(seed: 1)
        _ = self.second(&sampler, requests: [20, 0], random: &random)
        #expect(self.second(&sampler, requests: [20, 0], random: &random).rows == 5)
        let rush = self.second(&sampler, requests: [100_000, 0], random: &random)
        #expect(rush.marked[0] <= 300)
        #expect(abs(self.second(&sampler, requests: [100_000, 0], random: &random).marked[0] - 100) < 40)
    }

    @Test("A new table of the same model goes on with what is known of its traffic")
    func continuing() throws {
        let signals = ModelSignals(inspectPerSecond: 1, predictionsPerSecond: 10)
        var sampler = try self.sampler(signals)
        var random = FastRandom(seed: 1)
        for _ in 0..<2 { _ = self.second(&sampler, requests: [100_000, 0], random: &random) }
        let table = table(try .split(canary: 1_000), generation: 2)
        var successor = TapSampler(table.routes[0], signals: signals, loopCount: 1, continuing: sampler)
        var marked = 0
        for _ in 0..<1_000 where (successor.draw(arm: 0, random: &random)?.predictionRows ?? 0) > 0 { marked += 1 }

        #expect(marked <= 5)
    }
}
