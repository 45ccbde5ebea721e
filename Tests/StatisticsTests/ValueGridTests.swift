import Statistics
import Testing

@Suite("The grid of values")
struct ValueGridTests {
    @Test("Every bucket there could be has bounds that do not descend", arguments: ValueGrid.allCases)
    func total(grid: ValueGrid) {
        let edges: [Int32] = [
            .min, .min + 1, -65_506, -65_505, -65_504, -1, 0, 1, 65_503, 65_504, 65_505, .max - 1, .max,
        ]
        for bucket in edges {
            #expect(grid.lowerBound(of: bucket) <= grid.upperBound(of: bucket), "bucket \(bucket)")
            _ = grid.representative(of: bucket)
        }
    }

    @Test("The buckets of a grid are those with finite bounds, and hold what it is for")
    func buckets() {
        for grid in ValueGrid.allCases {
            #expect(grid.buckets.allSatisfy { grid.lowerBound(of: $0).isFinite && grid.upperBound(of: $0).isFinite })
        }
        let number = ValueGrid.number
        #expect(!number.lowerBound(of: number.buckets.lowerBound - 1).isFinite)
        #expect(!number.upperBound(of: number.buckets.upperBound + 1).isFinite)
        for value in [-1e300, -1, -0.0, 0, 1e-300, 1e300] { #expect(number.buckets.contains(number.bucket(of: value))) }
        for share in [0, 1e-300, 0.5, 1] {
            #expect(ValueGrid.share.buckets.contains(ValueGrid.share.bucket(of: share)))
        }
    }
}
