import Statistics
import Testing

@Suite("How evenly rows fall into categories")
struct CategoryBalanceTests {
    @Test(
        "Entropy, evenness and ratio",
        arguments: [
            ([50, 50], 1, 1, 1), ([25, 25, 25, 25], 2, 1, 1), ([7, 0], 0, 0, 1),
            ([75, 25], 0.811_278_124_459, 0.811_278_124_459, 3),
        ] as [([Int64], Double, Double, Double)]
    )
    func balance(counts: [Int64], entropy: Double, evenness: Double, ratio: Double) throws {
        let balance = try #require(CategoryBalance(counts))

        #expect(abs(balance.entropyBits - entropy) < 1e-12)
        #expect(abs(balance.evenness - evenness) < 1e-12)
        #expect(balance.imbalanceRatio == ratio)
    }

    @Test("Without rows there is no balance", arguments: [[], [0, 0]] as [[Int64]])
    func empty(counts: [Int64]) {
        #expect(CategoryBalance(counts) == nil)
    }
}
