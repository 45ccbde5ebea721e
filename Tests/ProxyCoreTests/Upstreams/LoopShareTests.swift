import ProxyCore
import Testing

@Suite("Loops' parts of a limit")
struct LoopShareTests {
    @Test(
        "The parts add up to the limit, and each loop has at least 1",
        arguments: [(10, 3, [4, 3, 3]), (4, 4, [1, 1, 1, 1]), (2, 3, [1, 1, 1]), (7, 1, [7])]
    )
    func parts(limit: Int, count: Int, expected: [Int]) {
        #expect((0..<count).map { LoopShare(loop: $0, of: count).part(of: limit) } == expected)
    }
}
