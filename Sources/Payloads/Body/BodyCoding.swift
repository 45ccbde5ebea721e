import Gzip

/// What a message's body is when its codings are taken off.
enum BodyCoding: Sendable {
    case plain([UInt8])
    /// A coding that isn't undone, such as `br`: nothing can be said of the body.
    case unknown
    /// The body breaks the rules of its coding.
    case broken
    case tooLarge

    /// - Parameter limit: Bytes of the plain body at most.
    init(_ message: PayloadMessage, limit: Int) {
        var bytes = message.body
        if message.isChunked {
            guard let body = ChunkedBody.decode(bytes) else {
                self = .broken
                return
            }
            bytes = body
        }
        // Applied in the order in which they are listed.
        for coding in (message.contentEncoding ?? "").split(separator: ",").reversed() {
            let name = coding.filter { $0 != " " && $0 != "\t" }
            if name.lowercased() == "identity" { continue }
            guard let compression = Compression(coding: name) else {
                self = .unknown
                return
            }
            do {
                bytes = try compression.inflate(bytes, limit: limit)
            } catch .tooLarge {
                self = .tooLarge
                return
            } catch {
                self = .broken
                return
            }
        }
        self = bytes.count > limit ? .tooLarge : .plain(bytes)
    }

    /// The plain body, if there is one.
    var bytes: [UInt8]? {
        switch self {
        case .plain(let bytes): bytes
        case .unknown, .broken, .tooLarge: nil
        }
    }

    var isTooLarge: Bool {
        switch self {
        case .tooLarge: true
        case .plain, .unknown, .broken: false
        }
    }
}
