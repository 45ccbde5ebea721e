/// The rules for `Host` and for the authority of an absolute-form target.
enum Authority {
    /// `uri-host [ ":" port ]` without user information: a name, an IPv4 address, or an IPv6 address in brackets.
    static func isValid(_ text: some Collection<UInt8>) -> Bool {
        let bytes = Array(text)
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")), end > 1 else { return false }
            let isAddress = bytes[1..<end].allSatisfy {
                ASCII.hexDigit($0) != nil || $0 == ASCII.colon || $0 == UInt8(ascii: ".")
            }
            return isAddress && isPort(bytes[(end + 1)...])
        }
        let name = bytes.prefix { $0 != ASCII.colon }
        return !name.isEmpty && name.allSatisfy(isNameByte) && isPort(bytes.dropFirst(name.count))
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        ASCII.isDigit(byte) || ASCII.isLetter(byte) || "-._~!$&'()*+,;=%".utf8.contains(byte)
    }

    private static func isPort(_ suffix: ArraySlice<UInt8>) -> Bool {
        guard let first = suffix.first else { return true }
        return first == ASCII.colon && suffix.count <= 6 && suffix.dropFirst().allSatisfy(ASCII.isDigit)
    }
}
