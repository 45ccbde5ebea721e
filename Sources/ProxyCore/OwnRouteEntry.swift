import HTTPWire
import RolloutCore

/// A model's own route, ready to be compared with requests.
struct OwnRouteEntry: Sendable {
    private let host: [UInt8]?
    private let prefix: [UInt8]
    private let stripPrefix: Bool
    private let route: Int

    init(_ own: OwnRoute, route: Int) {
        self.host = own.host.map { Array($0.utf8) }
        // The prefix `/` takes up nothing, so that the path keeps its first slash.
        self.prefix = own.pathPrefix == "/" ? [] : Array(own.pathPrefix.utf8)
        self.stripPrefix = own.stripPrefix
        self.route = route
    }

    /// A route with a host goes before one without, then the longer prefix before the shorter.
    func isMoreSpecific(than other: OwnRouteEntry) -> Bool {
        if (self.host == nil) != (other.host == nil) { return self.host != nil }
        return self.prefix.count > other.prefix.count
    }

    func match(path: RawSpan, host: RawSpan) -> RouteMatching? {
        if let own = self.host, !host.extracting(0..<Self.endOfName(host)).equalsIgnoringCase(own) {
            return nil
        }
        let count = self.prefix.count
        guard path.byteCount >= count, path.extracting(0..<count).equals(self.prefix) else { return nil }
        guard path.byteCount == count || path.byte(at: count) == UInt8(ascii: "/") else { return nil }
        return RouteMatching(
            route: self.route,
            style: self.stripPrefix ? .prefixRemoved : .prefixKept,
            end: count,
            hasVersion: false
        )
    }

    /// The offset of the colon before the port, or the end; an address in brackets has no name to compare.
    private static func endOfName(_ host: RawSpan) -> Int {
        var index = 0
        while index < host.byteCount, host.byte(at: index) != UInt8(ascii: ":") { index += 1 }
        return index
    }
}
