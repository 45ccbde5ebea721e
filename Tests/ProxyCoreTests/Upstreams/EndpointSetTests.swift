import ProxyCore
import Testing

@Suite("Addresses of a name")
struct EndpointSetTests {
    @Test("What a lookup changes is told, in its order, each address once; the ones that stay keep their places")
    func changes() {
        var set = EndpointSet<String>()
        #expect(set.resolved(["b", "a", "b"]) == .init(added: ["b", "a"], removed: []))
        #expect(set.resolved(["a", "b"]).isEmpty)
        #expect(set.addresses == ["b", "a"])
        #expect(set.resolved(["c", "a"]) == .init(added: ["c"], removed: ["b"]))
        #expect(set.addresses == ["a", "c"])
    }

    @Test("A lookup that finds nothing changes nothing")
    func nothing() {
        var set = EndpointSet(["a"])
        #expect(set.resolved([]).isEmpty)
        #expect(set.addresses == ["a"])
    }
}
