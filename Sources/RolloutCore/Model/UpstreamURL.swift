/// Where a model server answers: `http://host[:port][/base]`, host a name, an IPv4 address or an IPv6 address in brackets.
///
/// The base path, when there is one, stands before every forwarded path.
package struct UpstreamURL: Hashable, Sendable, CustomStringConvertible {
    /// Without brackets, lower case.
    package let host: String
    /// 1…65 535.
    package let port: UInt16
    /// Empty, or begins with `/` and doesn't end with it.
    package let basePath: String

    /// - Throws: `InvalidValue` that says which part is wrong. User info, query and fragment are refused.
    package init(_ text: String) throws(InvalidValue) {
        func refuse(_ why: String) -> InvalidValue {
            InvalidValue("an upstream is an absolute URL such as http://10.0.0.7:8000; '\(text)' \(why)")
        }
        guard text.utf8.count <= 2_048 else { throw refuse("is longer than 2048 bytes") }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw refuse("has a space, a control or a non-ASCII character")
        }
        guard text.lowercased().hasPrefix("http://") else {
            throw refuse(
                text.lowercased().hasPrefix("https://")
                    ? "uses https, which upstreams cannot use yet" : "does not begin with http://"
            )
        }
        let rest = text.dropFirst(7)
        guard !rest.contains(where: { $0 == "?" || $0 == "#" || $0 == "@" }) else {
            throw refuse("has user info, a query or a fragment")
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        var path = String(rest[slash...])
        while path.hasSuffix("/") { path.removeLast() }
        guard !path.contains("//"), !path.contains("/../"), !path.hasSuffix("/..") else {
            throw refuse("has a path with empty or '..' segments")
        }

        let host: Substring
        let portText: Substring?
        if authority.hasPrefix("[") {
            guard let bracket = authority.firstIndex(of: "]") else {
                throw refuse("lacks the closing bracket of an IPv6 address")
            }
            host = authority[authority.index(after: authority.startIndex)..<bracket]
            let after = authority[authority.index(after: bracket)...]
            guard after.isEmpty || after.hasPrefix(":") else { throw refuse("has characters after the IPv6 address") }
            guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else {
                throw refuse("has no IPv6 address in its brackets")
            }
            portText = after.isEmpty ? nil : after.dropFirst()
        } else {
            let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count <= 2 else { throw refuse("has more than one colon; an IPv6 address stands in brackets") }
            host = parts[0]
            guard !host.isEmpty, host.utf8.count <= 253,
                host.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." || $0 == "_" })
            else { throw refuse("has no valid host name") }
            portText = parts.count == 2 ? parts[1] : nil
        }
        var port: UInt16 = 80
        if let portText {
            guard let number = UInt16(portText), number > 0, portText.allSatisfy(\.isNumber) else {
                throw refuse("has no port in 1 to 65535")
            }
            port = number
        }
        self.host = host.lowercased()
        self.port = port
        self.basePath = path
    }

    package var isIPv6: Bool { self.host.contains(":") }
    /// `host:port` as it stands in a `Host` field; the brackets of an IPv6 address are put back.
    package var authority: String { (self.isIPv6 ? "[\(self.host)]" : self.host) + ":\(self.port)" }
    package var description: String { "http://\(self.authority)\(self.basePath)" }
}

extension UpstreamURL: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}
