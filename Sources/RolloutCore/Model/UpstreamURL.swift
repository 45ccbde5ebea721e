/// Where a model server answers: `http://host[:port][/base]`, host a name, an IPv4 address or an IPv6 address in brackets.
///
/// With `https` it is spoken to by TLS. The base path, when there is one, stands before every forwarded path.
package struct UpstreamURL: Hashable, Sendable, CustomStringConvertible {
    package enum Scheme: String, Hashable, Sendable, CaseIterable {
        case http
        case https

        /// The port of a URL that names none.
        package var defaultPort: UInt16 {
            switch self {
            case .http: 80
            case .https: 443
            }
        }
    }

    package let scheme: Scheme
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
        guard let (scheme, rest) = splitScheme(text) else { throw refuse("does not begin with http:// or https://") }
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
            guard isIPv6Address(host) else {
                throw refuse("has no IPv6 address in its brackets")
            }
            portText = after.isEmpty ? nil : after.dropFirst()
        } else {
            let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count <= 2 else { throw refuse("has more than one colon; an IPv6 address stands in brackets") }
            host = parts[0]
            guard isHostName(host) else { throw refuse("has no valid host name") }
            portText = parts.count == 2 ? parts[1] : nil
        }
        var port = scheme.defaultPort
        if let portText {
            guard let number = UInt16(portText), number > 0, portText.allSatisfy(\.isNumber) else {
                throw refuse("has no port in 1 to 65535")
            }
            port = number
        }
        self.scheme = scheme
        self.host = host.lowercased()
        self.port = port
        self.basePath = path
    }

    package var isIPv6: Bool { self.host.contains(":") }
    /// `host:port` as it stands in a `Host` field; the brackets of an IPv6 address are put back.
    package var authority: String { (self.isIPv6 ? "[\(self.host)]" : self.host) + ":\(self.port)" }
    package var description: String { "\(self.scheme.rawValue)://\(self.authority)\(self.basePath)" }
}

/// What stands before `://`, in any case, and what stands behind it.
private func splitScheme(_ text: String) -> (scheme: UpstreamURL.Scheme, rest: Substring)? {
    for scheme in UpstreamURL.Scheme.allCases {
        let prefix = scheme.rawValue + "://"
        if text.prefix(prefix.count).lowercased() == prefix { return (scheme, text.dropFirst(prefix.count)) }
    }
    return nil
}

/// Labels of 1 to 63 letters, digits, `-` and `_`, no `-` at either end; 253 characters in all. IPv4 addresses are such names, too.
private func isHostName(_ text: Substring) -> Bool {
    (1...253).contains(text.utf8.count)
        && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        }
}

/// Eight groups of one to four hex digits, or fewer with one `::` (RFC 4291 section 2.2); no zone and no embedded IPv4.
private func isIPv6Address(_ text: Substring) -> Bool {
    func groups(_ half: Substring) -> Int? {
        if half.isEmpty { return 0 }
        let parts = half.split(separator: ":", omittingEmptySubsequences: false)
        return parts.allSatisfy { (1...4).contains($0.count) && $0.allSatisfy(\.isHexDigit) } ? parts.count : nil
    }
    guard let gap = text.indices.dropLast().first(where: { text[$0] == ":" && text[text.index(after: $0)] == ":" })
    else {
        return groups(text) == 8
    }
    guard let before = groups(text[..<gap]), let after = groups(text[text.index(gap, offsetBy: 2)...]) else {
        return false
    }
    return before + after < 8
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
