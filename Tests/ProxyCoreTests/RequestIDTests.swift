import ProxyCore
import RolloutCore
import Testing

@Suite("Request ids")
struct RequestIDTests {
    private let key = KeyedHash(key0: 3, key1: 4)

    private func source(loop: Int = 0, of count: Int = 1) -> StampSource {
        StampSource(seed: (start: .max - 5, key: 0xABCD_EF01_2345_6789), loop: loop, of: count)
    }

    @Test("An id tells who routed the request where, and when, to those who have the key")
    func readBack() {
        var source = source()
        source.synchronise(LoopTime(microseconds: 500_000), with: Timestamp(microseconds: 1_700_000_000_123_456))
        let stamp = source.next(cohort: .canary, generation: 12, at: LoopTime(microseconds: 2_500_000))
        let id = RequestID(stamp, signedWith: self.key)

        #expect(id.description == stamp.text(signedWith: self.key))
        #expect(id.description.utf8.count == RequestStamp.textLength)
        #expect(RequestStamp(text: id.description, signedWith: self.key) == stamp)
        #expect(RequestStamp(text: id.description, signedWith: KeyedHash(key0: 3, key1: 5)) == nil)
        #expect(stamp.cohort == .canary)
        #expect(stamp.generation == 12)
        #expect(stamp.routedAt == Timestamp(microseconds: 1_700_000_002_123_000))
    }

    @Test("The loops of a gateway never give the same number in one millisecond")
    func unique() {
        var seen: Set<UInt64> = []
        for loop in 0..<3 {
            var source = self.source(loop: loop, of: 3)
            for _ in 0..<10_000 {
                let stamp = source.next(cohort: .stable, generation: 1, at: LoopTime(microseconds: 0))
                #expect(stamp.unique < 1 << 40)
                seen.insert(stamp.unique)
            }
        }
        #expect(seen.count == 30_000)
    }

    @Test("Without a key in the snapshot a table signs with the one it is given")
    func fallbackKey() throws {
        let unsigned = RouteTable(.empty, stampKey: Salt(high: 1, low: 2))
        let signed = RouteTable(
            RouteSnapshot(generation: 1, routes: [], stampKey: Salt(high: 3, low: 4)),
            stampKey: Salt(high: 1, low: 2)
        )

        #expect(unsigned.stampKey == KeyedHash(key0: 1, key1: 2))
        #expect(signed.stampKey == self.key)
    }
}
