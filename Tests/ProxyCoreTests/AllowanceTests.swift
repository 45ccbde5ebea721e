import ProxyCore
import Testing

@Suite("Allowance")
struct AllowanceTests {
    private func at(_ seconds: Double) -> LoopTime { LoopTime(microseconds: Int64(seconds * 1e6)) }

    @Test("One second's worth at once, then the rate")
    func rate() {
        var allowance = Allowance(perSecond: 10, at: at(100))
        #expect(allowance.take(25, at: at(100)) == 10)
        #expect(allowance.take(1, at: at(100.05)) == 0)
        #expect(allowance.take(5, at: at(100.25)) == 2)
        #expect(allowance.isFull(at: at(101)) == false)
        #expect(allowance.isFull(at: at(102)) == true)
        #expect(allowance.take(25, at: at(500)) == 10)
    }

    @Test("Less than one a second still comes")
    func slow() {
        var allowance = Allowance(perSecond: 0.1, at: at(0))
        #expect(allowance.take(1, at: at(0)) == 1)
        #expect(allowance.take(1, at: at(9)) == 0)
        #expect(allowance.take(1, at: at(10.1)) == 1)
    }
}
