import ArgumentParser

/// `host:port`, the host numeric; an IPv6 address stands in brackets. Port 0 takes a free one.
struct Endpoint: Hashable, Sendable, ExpressibleByArgument, CustomStringConvertible {
    let host: String
    let port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    init?(argument: String) {
        guard let colon = argument.lastIndex(of: ":"), let port = UInt16(argument[argument.index(after: colon)...])
        else { return nil }
        var host = argument[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { return nil }
        self.init(host: String(host), port: Int(port))
    }

    var description: String { (self.host.contains(":") ? "[\(self.host)]" : self.host) + ":\(self.port)" }
    var defaultValueDescription: String { self.description }
}
