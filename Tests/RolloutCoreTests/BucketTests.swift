import RolloutCore
import Testing

@Suite("Buckets of sticky keys")
struct BucketTests {
    static let salt = Salt(high: 0x5EED_0001, low: 0x5EED_0002)
    static let keys = 200_000

    static func bucket(_ key: Int, salt: Salt = salt) -> Bucket { Bucket(key: "user-\(key)".utf8, salt: salt) }

    /// Every bucket is below 10 000; computed once, since 200 000 hashes take a while unoptimised.
    static let numbers: [UInt16] = (0..<keys).map { bucket($0).number }

    @Test("A weight gets its share of 200 000 keys within 4 σ", arguments: [1, 100, 500, 1_000, 5_000, 9_900])
    func share(weight: Int) {
        let expected = Double(weight) / 10_000
        let sigma = (Double(Self.keys) * expected * (1 - expected)).squareRoot()

        let canary = Self.numbers.count { $0 < weight }

        #expect(abs(Double(canary) - Double(Self.keys) * expected) < 4 * sigma, "\(canary) keys at \(weight)")
    }

    @Test("A growing weight moves keys from stable to canary only")
    func monotone() {
        let weights = [0, 1, 99, 500, 2_500, 5_000, 9_999, 10_000].map(basisPoints)

        for key in 0..<2_000 {
            let bucket = Self.bucket(key)
            let isCanary = weights.map { bucket.isCanary(at: $0) }
            #expect(isCanary == isCanary.sorted { !$0 && $1 }, "key \(key)")
        }
    }

    @Test("Nobody is canary at 0 and everybody at 10 000")
    func extremes() {
        #expect(Self.numbers.allSatisfy { $0 < Bucket.count })
        #expect(!Bucket(uniform: 0).isCanary(at: .zero))
        #expect(Bucket(uniform: .max).isCanary(at: .full))
        #expect(!Bucket(uniform: .max).isCanary(at: basisPoints(9_999)))
    }

    @Test("The ends of the uniform range are the first and the last bucket")
    func reduction() {
        #expect(Bucket(uniform: 0).number == 0)
        #expect(Bucket(uniform: .max).number == 9_999)
        #expect(Bucket(uniform: UInt64.max / 2 + 1).number == 5_000)
    }

    /// The values themselves: every replica and every later build must find the same ones.
    @Test(
        "A key keeps its bucket on every replica and after every restart",
        arguments: [("", 3_777), ("a", 2_483), ("user-42", 3_788), ("Ünïcode ✓", 287)]
    )
    func agreement(key: String, number: UInt16) {
        #expect(Bucket(key: key.utf8, salt: Self.salt).number == number)
        #expect(Bucket(key: Array(key.utf8), salt: Self.salt) == Bucket(key: key.utf8, salt: Self.salt))
    }

    /// χ² of a 10 × 10 table of deciles: 81 degrees of freedom, 99.99 % of such tables lie below 137.
    @Test("The users of one rollout are spread evenly over the buckets of the next")
    func independentSalts() {
        let other = Salt(high: 0x5EED_0003, low: 0x5EED_0004)
        var table = Array(repeating: Array(repeating: 0.0, count: 10), count: 10)
        let keys = 50_000

        for key in 0..<keys {
            table[Int(Self.numbers[key]) / 1_000][Int(Self.bucket(key, salt: other).number) / 1_000] += 1
        }

        let expected = Double(keys) / 100
        let chiSquare = table.joined().reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
        #expect(chiSquare < 137 + 18, "χ² \(chiSquare)")
    }
}
