import ProxyCore
import Testing

@testable import Gateway

@Suite("Bounded queue")
struct BoundedQueueTests {
    @Test("What is taken out counts until it is given up")
    func bounds() {
        var queue = BoundedQueue<Int>(countLimit: 3, byteLimit: 100)
        #expect(queue.append(1, bytes: 60) == true)
        #expect(queue.append(2, bytes: 41) == false)
        #expect(queue.append(3, bytes: 40) == true)
        let taken = queue.take(atMost: 1)
        #expect(taken.elements == [1])
        #expect(queue.append(4, bytes: 1) == false)
        queue.giveUp(count: 1, bytes: taken.bytes)
        #expect(queue.bytes == 40)
        #expect(queue.append(5, bytes: 1) == true)
        #expect(queue.append(6, bytes: 1) == true)
        #expect(queue.append(7, bytes: 1) == false)
        let rest = queue.take(atMost: .max)
        #expect(rest.elements == [3, 5, 6])
        #expect(queue.isEmpty)
    }

    @Test("Order and counts hold whatever is appended and taken", arguments: 1...10 as ClosedRange<UInt64>)
    func model(seed: UInt64) {
        var random = FastRandom(seed: seed)
        var queue = BoundedQueue<Int>(countLimit: 5_000, byteLimit: 1_000_000)
        var expected: [Int] = []
        var taken: [Int] = []
        for number in 0..<20_000 {
            if Bool.random(using: &random) || number < 3_000 {
                #expect(queue.append(number, bytes: 7) == true)
                expected.append(number)
            } else {
                let some = queue.take(atMost: Int.random(in: 0...5, using: &random))
                taken += some.elements
                queue.giveUp(count: some.elements.count, bytes: some.bytes)
            }
            #expect(queue.bytes == 7 * queue.count)
        }
        let rest = queue.take(atMost: .max)
        #expect(taken + rest.elements == expected, "seed \(seed)")
    }
}
