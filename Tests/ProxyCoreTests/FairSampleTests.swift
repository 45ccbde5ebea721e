import ProxyCore
import RolloutCore
import Statistics
import Testing

/// A canary that is no different, under traffic whose content changes with its rate and from client to client.
@Suite("Fairness of the sample that drift is judged by")
struct FairSampleTests {
    /// Clients of one event loop: what share of their requests is of class 1.
    private struct Clients {
        /// Requests in a tenth of a second.
        var quiet: Int
        var quietShare: Double
        var burst: Int
        var burstShare: Double
        var sampler: TapSampler
    }

    private static let canaryShare = 0.1

    private static func clients() throws -> [Clients] {
        let route = table(try .split(canary: Int(canaryShare * 10_000))).routes[0]
        let signals = ModelSignals(inspectPerSecond: 20, predictionsPerSecond: 5)
        let sampler = TapSampler(route, signals: signals, loopCount: 2, continuing: nil)
        return [
            Clients(quiet: 2, quietShare: 0.1, burst: 40, burstShare: 0.5, sampler: sampler),
            Clients(quiet: 10, quietShare: 0.9, burst: 20, burstShare: 0.3, sampler: sampler),
        ]
    }

    /// Ten seconds, of which one is a burst.
    private static func interval(_ clients: inout [Clients], random: inout FastRandom) -> HistogramStratum {
        var counts: [[Int64]] = [[0, 0], [0, 0]]
        let burst = Int.random(in: 0..<10, using: &random)
        for tick in 0..<100 {
            for index in clients.indices {
                let isBurst = tick / TapSampler.ticksPerSecond == burst
                let share = isBurst ? clients[index].burstShare : clients[index].quietShare
                for _ in 0..<(isBurst ? clients[index].burst : clients[index].quiet) {
                    let arm = random.unit() < Self.canaryShare ? 1 : 0
                    let draw = clients[index].sampler.draw(arm: arm, random: &random)
                    guard draw?.look == .yes else { continue }
                    counts[arm][random.unit() < share ? 1 : 0] += 1
                }
                clients[index].sampler.tick()
            }
        }
        return HistogramStratum(canary: counts[1], stable: counts[0])
    }

    @Test("Bursts of unlike requests and unlike clients raise no more false alarms than alpha")
    func bursts() throws {
        let (rollouts, alpha) = (40, 0.05)
        var alarms = 0
        var rows: Int64 = 0
        for seed in 1...rollouts {
            var random = FastRandom(seed: UInt64(seed))
            var clients = try Self.clients()
            var process = HistogramEProcess(.eachBucket, buckets: 2)
            for _ in 0..<30 {
                let stratum = Self.interval(&clients, random: &random)
                rows += stratum.canary.reduce(0, +)
                process.fold(interval: [stratum])
            }
            if process.rejects(at: alpha) { alarms += 1 }
        }
        #expect(Double(alarms) <= alpha * Double(rollouts), "\(alarms) of \(rollouts), seeds 1 to \(rollouts)")
        // It is not for want of data.
        #expect(rows > Int64(rollouts) * 1_000, "\(rows) rows of the canary")
    }
}

extension FastRandom {
    fileprivate mutating func unit() -> Double { Double(self.next() >> 11) * 0x1p-53 }
}
