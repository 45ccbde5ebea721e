/// Strict rules for a request head (RFC 9112), applied before libmicrohttpd sees a byte of it.
struct RequestHeadRules {
    /// How the body is delimited, or why the request is refused.
    enum Verdict: Equatable {
        case body(length: Int)
        case chunkedBody
        case refused(Refusal)
    }

    let limits: RequestLimits

    /// - Parameter head: Request line and fields, each ended by CR LF, without the empty line. The caller has already
    ///   refused a CR or LF on its own.
    func verdict(on head: ArraySlice<UInt8>) -> Verdict {
        do throws(Refusal) {
            var lines = head.split(separator: ASCII.carriageReturn, omittingEmptySubsequences: true)[...]
            let requestLine = try RequestLine(parsing: lines.popFirst() ?? [], maxTargetBytes: limits.maxTargetBytes)
            guard lines.count - 1 <= limits.maxHeaderCount else { throw .tooManyHeaders }
            var framing = FramingFields()
            // The last piece is the LF that ends the last line.
            for line in lines.dropLast() {
                let field = try FieldLine(parsing: line.dropFirst())
                try framing.note(field)
            }
            return try framing.verdict(for: requestLine, maxBodyBytes: limits.maxBodyBytes)
        } catch {
            return .refused(error)
        }
    }
}

extension Refusal: Error {}

/// The first line, checked.
private struct RequestLine {
    enum Version { case http10, http11 }

    let version: Version
    let target: RequestTarget

    init(parsing line: ArraySlice<UInt8>, maxTargetBytes: Int) throws(Refusal) {
        let parts = line.split(separator: ASCII.space, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .malformedRequestLine }
        version = try Self.version(parts[2])
        guard !parts[0].isEmpty, parts[0].allSatisfy(ASCII.isTokenByte) else { throw .invalidMethod }
        guard parts[1].count <= maxTargetBytes else { throw .targetTooLong }
        guard let target = RequestTarget(parsing: parts[1]) else { throw .invalidTarget }
        guard target.rawPath != "*" || parts[0].elementsEqual("OPTIONS".utf8) else { throw .invalidTarget }
        self.target = target
    }

    private static func version(_ text: ArraySlice<UInt8>) throws(Refusal) -> Version {
        if text.elementsEqual("HTTP/1.1".utf8) { return .http11 }
        if text.elementsEqual("HTTP/1.0".utf8) { return .http10 }
        let bytes = Array(text)
        let isVersion =
            bytes.count == 8 && bytes.starts(with: "HTTP/".utf8) && ASCII.isDigit(bytes[5])
            && bytes[6] == UInt8(ascii: ".") && ASCII.isDigit(bytes[7])
        throw isVersion ? .unsupportedVersion : .malformedRequestLine
    }
}

/// One `name: value` line, checked; the value is without the space around it.
struct FieldLine {
    let name: ArraySlice<UInt8>
    let value: ArraySlice<UInt8>

    init(parsing line: ArraySlice<UInt8>) throws(Refusal) {
        guard line.first != ASCII.space, line.first != ASCII.tab else { throw .foldedHeader }
        name = line.prefix { $0 != ASCII.colon }
        guard name.count < line.count, !name.isEmpty, name.allSatisfy(ASCII.isTokenByte) else { throw .invalidHeader }
        let raw = line.dropFirst(name.count + 1)
        guard raw.allSatisfy(ASCII.isFieldValueByte) else { throw .invalidHeader }
        let isBlank: (UInt8) -> Bool = { $0 == ASCII.space || $0 == ASCII.tab }
        let end = raw.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? raw.startIndex
        value = raw[..<end].drop(while: isBlank)
    }

    func isNamed(_ other: StaticString) -> Bool {
        other.withUTF8Buffer { $0.elementsEqual(name.lazy.map(ASCII.lowercased)) }
    }
}

/// The fields that say where a request ends and whom it is for.
private struct FramingFields {
    private var hosts: [ArraySlice<UInt8>] = []
    private var lengths: [ArraySlice<UInt8>] = []
    private var codings: [ArraySlice<UInt8>] = []

    mutating func note(_ field: FieldLine) throws(Refusal) {
        if field.isNamed("host") { hosts.append(field.value) }
        if field.isNamed("content-length") { lengths.append(field.value) }
        if field.isNamed("transfer-encoding") { codings.append(field.value) }
    }

    func verdict(for line: RequestLine, maxBodyBytes: Int) throws(Refusal) -> RequestHeadRules.Verdict {
        try checkHost(for: line)
        guard lengths.isEmpty || codings.isEmpty else { throw .conflictingLengths }
        if !codings.isEmpty {
            let isChunked = codings.count == 1 && codings[0].lazy.map(ASCII.lowercased).elementsEqual("chunked".utf8)
            guard isChunked, line.version == .http11 else { throw .unknownTransferCoding }
            return .chunkedBody
        }
        guard let text = lengths.first else { return .body(length: 0) }
        guard lengths.count == 1, !text.isEmpty, text.allSatisfy(ASCII.isDigit) else { throw .invalidContentLength }
        guard let length = Int(String(decoding: text, as: UTF8.self)), length <= maxBodyBytes else {
            throw .bodyTooLarge
        }
        return .body(length: length)
    }

    private func checkHost(for line: RequestLine) throws(Refusal) {
        guard let host = hosts.first else {
            guard line.version == .http10 else { throw .missingHost }
            return
        }
        guard hosts.count == 1, Authority.isValid(host) else { throw .invalidHost }
        if let authority = line.target.authority {
            guard HTTPHeaders.isSame(authority, String(decoding: host, as: UTF8.self)) else { throw .invalidTarget }
        }
    }
}
