import ProxyCore
import Testing

@Suite("Request ids")
struct RequestIDTests {
    @Test("Ids never repeat within a source, and have 32 digits")
    func unique() {
        var source = RequestIDSource(seed: (high: 1, low: 2))
        let ids = (0..<10_000).map { _ in source.next() }

        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { $0.description.utf8.count == 32 })
    }

    @Test("The text is the 128 bits in order")
    func text() {
        #expect(RequestID(high: 0xAB, low: 0x1).description == "00000000000000ab0000000000000001")
    }
}
