import ProxyCore
import Testing

@Suite("Path segments")
struct SegmentTests {
    @Test(
        "A path that a server could resolve to another one is found",
        arguments: [
            ("/a/../b", true), ("/a/.", true), ("/..", true), ("/a/%2e%2E/b", true), ("/a/.%2e", true),
            ("/a%2f..%2Fb", true), ("/a%5C..", true), ("/a\\..\\b", true), ("/a/..%2f", true), ("/a/..;x/b", true),
            ("/a/...", false), ("/a/.b", false), ("/a/b..", false), ("/a%2Fb", false), ("/", false), ("", false),
            ("/a/%2e%2", false), ("/a/.b;x", false),
        ]
    )
    func dotSegments(_ path: String, _ expected: Bool) {
        #expect(Array(path.utf8).span.bytes.hasDotSegment == expected)
    }

    @Test(
        "A version that the router doesn't see but a server may is found",
        arguments: [
            ("/m/%76ersions/2/infer", true), ("/m/versions%2F2", true), ("/m%2Fversions%2f2/infer", true),
            ("/m//versions/2", true), ("/m/%2Flabels/x", true), ("/m\\versions\\2", true), ("/m/l%61bels//x", true),
            ("/m/infer", false), ("/m/versionsx/2", false), ("/m/versions", false), ("/m/versions/", false),
            ("/m/infer/versions/2", false), ("/m:predict", false), ("/m", false),
        ]
    )
    func hiddenVersions(_ path: String, _ expected: Bool) {
        #expect(Array(path.utf8).span.bytes.hidesVersion(from: 2) == expected)
    }
}
