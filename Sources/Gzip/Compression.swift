import CZlib

/// A way of compressing bytes, as `Content-Encoding` calls it.
package enum Compression: Hashable, Sendable, CaseIterable {
    /// RFC 1952; several members in a row are one text.
    case gzip
    /// RFC 1950, and the bare RFC 1951 that some servers send under the same name.
    case deflate

    /// - Parameter coding: A coding's name in any case; `x-gzip` is `gzip`.
    package init?(coding: some StringProtocol) {
        switch coding.lowercased() {
        case "gzip", "x-gzip": self = .gzip
        case "deflate": self = .deflate
        default: return nil
        }
    }

    /// What was compressed.
    ///
    /// - Parameter limit: Bytes to write at most, whatever the input claims.
    package func inflate(_ bytes: [UInt8], limit: Int) throws(InflateError) -> [UInt8] {
        switch self {
        case .gzip: return try Inflater(format: .gzip).inflate(bytes, limit: limit)
        case .deflate:
            do {
                return try Inflater(format: .zlib).inflate(bytes, limit: limit)
            } catch .corrupt {
                return try Inflater(format: .bare).inflate(bytes, limit: limit)
            }
        }
    }
}

/// What is around the compressed bytes.
enum StreamFormat {
    case gzip
    case zlib
    case bare

    /// zlib's word for it: the window's size, the header's kind added or the sign turned.
    var windowBits: CInt {
        switch self {
        case .gzip: MAX_WBITS + 16
        case .zlib: MAX_WBITS
        case .bare: -MAX_WBITS
        }
    }
}
