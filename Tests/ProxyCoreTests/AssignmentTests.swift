import ProxyCore
import RolloutCore
import Testing

@Suite("Assignment")
struct AssignmentTests {
    @Test("Drawn requests follow the weights within four sigma", arguments: [1, 2, 3] as [UInt64])
    func share(seed: UInt64) throws {
        let table = table(try .split(canary: 500, baseline: 500))
        var random = FastRandom(seed: seed)
        var counts: [Cohort: Int] = [:]
        let total = 100_000
        for _ in 0..<total { counts[table.assign(random: &random), default: 0] += 1 }

        let sigma = (Double(total) * 0.05 * 0.95).squareRoot()
        #expect(abs(Double(counts[.canary] ?? 0) - 5_000) < 4 * sigma, "seed \(seed)")
        #expect(abs(Double(counts[.baseline] ?? 0) - 5_000) < 4 * sigma, "seed \(seed)")
    }

    @Test(
        "Sticky keys follow the weight within four sigma",
        arguments: [AssignmentRule.header("X-User"), .cookie("user")]
    )
    func stickyShare(rule: AssignmentRule) throws {
        let table = table(try .split(canary: 500, assignment: rule))
        var random = FastRandom(seed: 1)
        let total = 20_000
        var canary = 0
        for user in 0..<total where table.assign(field(rule, user), random: &random) == .canary { canary += 1 }

        let sigma = (Double(total) * 0.05 * 0.95).squareRoot()
        #expect(abs(Double(canary) - 1_000) < 4 * sigma)
    }

    @Test("A sticky key stays with the canary while the weight grows")
    func monotone() throws {
        var random = FastRandom(seed: 1)
        var wasCanary: Set<Int> = []
        for weight in [0, 100, 500, 2_500, 5_000, 9_999, 10_000] {
            let table = table(try .split(canary: weight, assignment: .header("x-user")))
            let isCanary = Set(
                (0..<2_000).filter { user in
                    table.assign("X-User: u\(user)\r\n", random: &random) == .canary
                }
            )
            #expect(wasCanary.isSubset(of: isCanary))
            wasCanary = isCanary
        }
        #expect(wasCanary.count == 2_000)
    }

    @Test("A request's place lies in its bucket; only where keys stick is there one")
    func places() throws {
        let sticky = table(try .split(canary: 3_000, assignment: .header("x-user")))
        var random = FastRandom(seed: 1)
        let weight = try Weight(basisPoints: 3_000)
        for user in 0..<2_000 {
            let draw = sticky.draw(user.isMultiple(of: 2) ? "X-User: u\(user)\r\n" : "", random: &random)
            let place = try #require(draw.place)
            #expect(place.isCanary(at: weight) == (sticky.arms[draw.arm].key.cohort == .canary))
        }
        #expect(sticky.draw("X-User: u1\r\n", random: &random) == sticky.draw("X-User: u1\r\n", random: &random))
        let drawn = table(try .split(canary: 3_000))
        #expect((0..<100).allSatisfy { _ in drawn.draw(random: &random).place == nil })
    }

    @Test("Every replica gives a key the same cohort, whatever it draws")
    func replicas() throws {
        let one = table(try .split(canary: 3_000, assignment: .cookie("user")))
        let other = table(try .split(canary: 3_000, assignment: .cookie("user")), generation: 9)
        var randomOne = FastRandom(seed: 1)
        var randomOther = FastRandom(seed: 2)

        for user in 0..<2_000 {
            let fields = "Cookie: a=b; user=u\(user); c=d\r\n"
            #expect(one.assign(fields, random: &randomOne) == other.assign(fields, random: &randomOther))
        }
    }

    @Test("Another salt assigns other keys")
    func salts() throws {
        let one = table(try .split(canary: 5_000, assignment: .header("x-user")))
        let other = table(try .split(canary: 5_000, assignment: .header("x-user"), salt: Salt(high: 3, low: 4)))
        var random = FastRandom(seed: 1)
        let equal = (0..<2_000).count { user in
            let fields = "X-User: u\(user)\r\n"
            return one.assign(fields, random: &random) == other.assign(fields, random: &random)
        }

        #expect(abs(equal - 1_000) < 4 * 23)
    }

    @Test("A request without the key is drawn", arguments: ["", "X-User:\r\n", "X-Other: u\r\n"])
    func withoutKey(fields: String) throws {
        let table = table(try .split(canary: 5_000, assignment: .header("x-user")))
        var random = FastRandom(seed: 1)
        let canary = (0..<1_000).count { _ in table.assign(fields, random: &random) == .canary }

        #expect(abs(canary - 500) < 4 * 16)
    }

    @Test("Only the canary has a fallback")
    func fallback() throws {
        let assignment = table(try .split(canary: 500, baseline: 500)).routes[0].assignment

        #expect((0..<3).map { assignment.fallback(for: $0) } == [nil, 0, nil])
        #expect(table(try .fixture()).routes[0].assignment.fallback(for: 0) == nil)
    }

    private func field(_ rule: AssignmentRule, _ user: Int) -> String {
        switch rule {
        case .perRequest: ""
        case .header(let name): "\(name): u\(user)\r\n"
        case .cookie(let name): "Cookie: \(name)=u\(user)\r\n"
        }
    }
}
