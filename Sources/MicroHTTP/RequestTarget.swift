/// The target of a request line: raw path, decoded segments and query items.
///
/// Segments are split before they are decoded, so an encoded slash stays inside its segment (`a%2Fb` is the one
/// segment `a/b`); dot segments are left as they are. Both are the caller's to judge.
package struct RequestTarget: Sendable, Equatable {
    package struct QueryItem: Sendable, Equatable {
        package let name: String
        /// Empty both for `?name=` and for `?name`.
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The path as the client sent it, without the query; begins with `/`, or is `*`.
    package let rawPath: String
    /// Percent-decoded parts between the slashes: `/` has one, which is empty; `*` has none.
    package let segments: [String]
    /// In the order of the target; names may repeat.
    package let query: [QueryItem]
    /// The authority of an absolute-form target, which must be the same as `Host`.
    package let authority: String?

    /// The first value of that name, case-sensitive.
    package subscript(query name: String) -> String? {
        query.first { $0.name == name }?.value
    }

    /// Accepts origin-form, `http` or `https` absolute-form, and `*` (allowed for `OPTIONS` by the head's rules).
    ///
    /// - Returns: `nil` for any other form, a byte outside visible ASCII, a fragment, a percent sign without two hex
    ///   digits, an encoded NUL, and anything that does not decode to UTF-8.
    package init?(parsing text: some Collection<UInt8>) {
        let bytes = Array(text)
        guard !bytes.isEmpty, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
            return nil
        }
        guard bytes != [UInt8(ascii: "*")] else {
            self.init(rawPath: "*", segments: [], query: [], authority: nil)
            return
        }
        guard let (authority, origin) = Self.splitAuthority(bytes) else { return nil }
        let path = origin.prefix { $0 != UInt8(ascii: "?") }
        guard let segments = Self.decodedSegments(of: path),
            let query = Self.decodedQuery(origin.dropFirst(path.count + 1))
        else { return nil }
        self.init(
            rawPath: path.isEmpty ? "/" : String(decoding: path, as: UTF8.self),
            segments: segments,
            query: query,
            authority: authority
        )
    }

    private init(rawPath: String, segments: [String], query: [QueryItem], authority: String?) {
        self.rawPath = rawPath
        self.segments = segments
        self.query = query
        self.authority = authority
    }

    private static func splitAuthority(_ bytes: [UInt8]) -> (authority: String?, origin: ArraySlice<UInt8>)? {
        if bytes[0] == UInt8(ascii: "/") { return (nil, bytes[...]) }
        for scheme in ["http://", "https://"] where bytes.count > scheme.utf8.count {
            let prefix = bytes.prefix(scheme.utf8.count).map(ASCII.lowercased)
            guard prefix.elementsEqual(scheme.utf8) else { continue }
            let rest = bytes[scheme.utf8.count...]
            let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
            guard Authority.isValid(authority) else { return nil }
            return (String(decoding: authority, as: UTF8.self), rest.dropFirst(authority.count))
        }
        return nil
    }

    private static func decodedSegments(of path: ArraySlice<UInt8>) -> [String]? {
        guard !path.isEmpty else { return [""] }
        var segments: [String] = []
        for part in path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let segment = percentDecoded(part, plusIsSpace: false) else { return nil }
            segments.append(segment)
        }
        return segments
    }

    private static func decodedQuery(_ text: ArraySlice<UInt8>) -> [QueryItem]? {
        var items: [QueryItem] = []
        for part in text.split(separator: UInt8(ascii: "&")) {
            let name = part.prefix { $0 != UInt8(ascii: "=") }
            guard let decodedName = percentDecoded(name, plusIsSpace: true),
                let value = percentDecoded(part.dropFirst(name.count + 1), plusIsSpace: true)
            else { return nil }
            items.append(QueryItem(name: decodedName, value: value))
        }
        return items
    }

    private static func percentDecoded(_ text: ArraySlice<UInt8>, plusIsSpace: Bool) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(ASCII.hexDigit),
                    let low = rest.popFirst().flatMap(ASCII.hexDigit), high | low != 0
                else { return nil }
                decoded.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace:
                decoded.append(ASCII.space)
            default:
                decoded.append(byte)
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }
}
