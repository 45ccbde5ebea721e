import RolloutCore
import Testing

@testable import ProxyCore

@Suite("Sampling of payloads")
struct TapSamplerTests {
    private func sampler(_ signals: ModelSignals, canary: Int = 500, loops: Int = 1) throws -> TapSampler {
        let table = table(try canary > 0 ? .split(canary: canary) : .fixture())
        return TapSampler(table.routes[0], signals: signals, loopCount: loops, continuing: nil)
    }

    private struct Second {
        /// By arm.
        var looked = [0, 0]
        var refused = [0, 0]
        var marked = [0, 0]
        var markedAndLooked = 0
        var rows = 0

        static func += (a: inout Self, b: Self) {
            for arm in 0...1 {
                a.looked[arm] += b.looked[arm]
                a.refused[arm] += b.refused[arm]
                a.marked[arm] += b.marked[arm]
            }
            a.markedAndLooked += b.markedAndLooked
        }
    }

    /// One second of traffic in ten ticks.
    private func second(_ sampler: inout TapSampler, requests: [Int], random: inout FastRandom) -> Second {
        var second = Second()
        for _ in 0..<TapSampler.ticksPerSecond {
            var order = requests.enumerated().flatMap { arm, count in
                Array(repeating: arm, count: count / TapSampler.ticksPerSecond)
            }
            order.shuffle(using: &random)
            for arm in order {
                guard let draw = sampler.draw(arm: arm, random: &random) else { continue }
                switch draw.look {
                case .no: break
                case .yes: second.looked[arm] += 1
                case .refused: second.refused[arm] += 1
                }
                if draw.predictionRows > 0 {
                    second.marked[arm] += 1
                    if draw.look == .yes { second.markedAndLooked += 1 }
                }
                second.rows = max(second.rows, draw.predictionRows)
            }
            sampler.tick()
        }
        return second
    }

    @Test(
        "An arm is looked at the less often, the larger it is; by its weight alone",
        arguments: [
            ([10_000], [1]), ([5_000, 5_000], [1, 1]), ([7_500, 2_500], [1, 1]), ([8_000, 2_000], [0.5, 1]),
            ([9_500, 500], [0.25, 1]), ([500, 9_500], [1, 0.25]), ([9_999, 1], [0.015625, 1]),
            ([9_000, 500, 500], [0.25, 1, 1]), ([10_000, 0], [1, 1]),
        ] as [([Int], [Double])]
    )
    func factors(weights: [Int], factors: [Double]) throws {
        #expect(LookSample.factors(try weights.map { try Weight(basisPoints: $0) }) == factors)
    }

    @Test("No arm is looked at more often than its budget has it", arguments: [1, 2])
    func budgets(loops: Int) throws {
        var sampler = try self.sampler(ModelSignals(inspectPerSecond: 100, predictionsPerSecond: 0), loops: loops)
        var random = FastRandom(seed: 1)
        _ = self.second(&sampler, requests: [9_500, 500], random: &random)
        var sum = Second()
        for _ in 0..<20 { sum += self.second(&sampler, requests: [9_500, 500], random: &random) }

        let expected = [2_000.0 / Double(loops), 2_000.0 / Double(loops) * 4 / 19]
        for arm in 0...1 {
            #expect(abs(Double(sum.looked[arm]) - expected[arm]) < 4 * expected[arm].squareRoot(), "arm \(arm)")
        }
        #expect(sum.refused == [0, 0])
        #expect(sum.marked == [0, 0])
    }

    @Test("Rush or lull, the arms' samples keep the same ratio", arguments: [1, 2, 3])
    func ratio(seed: UInt64) throws {
        var sampler = try self.sampler(ModelSignals(inspectPerSecond: 100, predictionsPerSecond: 0))
        var random = FastRandom(seed: seed)
        var (lull, rush) = (Second(), Second())
        for _ in 0..<20 {
            for _ in 0..<4 { lull += self.second(&sampler, requests: [380, 20], random: &random) }
            rush += self.second(&sampler, requests: [19_000, 1_000], random: &random)
        }
        // 0.05 · 1 : 0.95 · 1/4
        let share = 4.0 / 23
        for (name, sum) in [("lull", lull), ("rush", rush)] {
            let total = Double(sum.looked[0] + sum.looked[1])
            #expect(total > 800)
            let deviation = Double(sum.looked[1]) - share * total
            #expect(abs(deviation) < 4 * (total * share * (1 - share)).squareRoot(), "\(name), seed \(seed)")
        }
        #expect(rush.refused[0] > 0 && rush.refused[1] > 0)
    }

    @Test("A sudden rush stops all arms together, counts what it leaves out, and the next second fits the budget")
    func rush() throws {
        var sampler = try self.sampler(ModelSignals(inspectPerSecond: 100, predictionsPerSecond: 0), canary: 2_000)
        var random = FastRandom(seed: 1)
        var looks: [TapDraw.Look] = []
        for number in 0..<10_000 {
            if let draw = sampler.draw(arm: number % 5 == 0 ? 1 : 0, random: &random) { looks.append(draw.look) }
        }
        for _ in 0..<TapSampler.ticksPerSecond { sampler.tick() }
        #expect(looks.prefix { $0 == .yes }.count == 800)
        #expect(looks.dropFirst(800).allSatisfy { $0 == .refused })
        #expect(abs(looks.count - 6_000) < 4 * 45)

        let next = self.second(&sampler, requests: [8_000, 2_000], random: &random)
        #expect(abs(next.looked[0] - 100) < 40 && abs(next.looked[1] - 50) < 30)
        #expect(next.refused == [0, 0])
    }

    @Test("An arm alone with less traffic than its budget is seen whole; a budget of less than one a second holds, too")
    func whole() throws {
        var sampler = try self.sampler(ModelSignals(inspectPerSecond: 40, predictionsPerSecond: 0), canary: 0)
        var random = FastRandom(seed: 1)
        for _ in 0..<3 {
            #expect(self.second(&sampler, requests: [40, 0], random: &random).looked == [40, 0])
        }
        var pair = try self.sampler(ModelSignals(inspectPerSecond: 40, predictionsPerSecond: 0))
        for _ in 0..<3 {
            #expect(self.second(&pair, requests: [100, 40], random: &random).looked[1] == 40)
        }
        var scarce = try self.sampler(ModelSignals(inspectPerSecond: 1, predictionsPerSecond: 0), canary: 0, loops: 2)
        var sum = Second()
        for _ in 0..<100 { sum += self.second(&scarce, requests: [1_000, 0], random: &random) }
        #expect((22...78).contains(sum.looked[0]))
    }

    @Test(
        "Predictions are kept at the rate that is asked for, with one probability for all arms",
        arguments: [1, 2, 3]
    )
    func marks(seed: UInt64) throws {
        var sampler = try self.sampler(ModelSignals(inspectPerSecond: 1, predictionsPerSecond: 100))
        var random = FastRandom(seed: seed)
        _ = self.second(&sampler, requests: [1_600, 400], random: &random)
        var sum = Second()
        for _ in 0..<50 {
            let seen = self.second(&sampler, requests: [1_600, 400], random: &random)
            sum += seen
            #expect(seen.rows == 1)
        }
        let total = Double(sum.marked[0] + sum.marked[1])
        #expect(abs(total - 5_000) < 4 * 5_000.0.squareRoot(), "seed \(seed)")
        #expect(abs(Double(sum.marked[1]) - 0.2 * total) < 4 * (total * 0.2 * 0.8).squareRoot(), "seed \(seed)")
        // Being marked is no reason to be counted: 5 % of those that are looked at, however many are marked.
        #expect(sum.looked[0] + sum.looked[1] < 140)
        #expect(sum.markedAndLooked < 20)
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
        var looked = 0
        for _ in 0..<1_000 {
            guard let draw = successor.draw(arm: 0, random: &random) else { continue }
            if draw.predictionRows > 0 { marked += 1 }
            if draw.look != .no { looked += 1 }
        }
        #expect(marked <= 5)
        #expect(looked <= 2)
    }
}
