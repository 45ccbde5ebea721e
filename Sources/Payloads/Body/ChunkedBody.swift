/// A body in HTTP/1.1's chunked coding (RFC 9112, 7.1) that is all there.
enum ChunkedBody {
    /// The body without the coding; nil when it is broken or cut.
    static func decode(_ bytes: [UInt8]) -> [UInt8]? {
        var body: [UInt8] = []
        body.reserveCapacity(bytes.count)
        var position = 0
        while let (size, start) = self.size(in: bytes, at: position) {
            if size == 0 { return body }
            guard bytes.count - start >= size + 2, bytes[start + size] == 0x0D, bytes[start + size + 1] == 0x0A else {
                return nil
            }
            body.append(contentsOf: bytes[start..<start + size])
            position = start + size + 2
        }
        return nil
    }

    /// A chunk's size and where it begins.
    private static func size(in bytes: [UInt8], at start: Int) -> (size: Int, start: Int)? {
        guard let end = bytes[start...].firstIndex(of: 0x0A), end > start, bytes[end - 1] == 0x0D else { return nil }
        var size = 0
        var digits = 0
        for byte in bytes[start..<end - 1] {
            guard let digit = Self.digit(byte) else {
                // An extension, or white space before it.
                guard byte == UInt8(ascii: ";") || byte == UInt8(ascii: " ") || byte == 0x09 else { return nil }
                break
            }
            digits += 1
            size = size << 4 | digit
            if digits > 15 { return nil }
        }
        return digits > 0 ? (size, end + 1) : nil
    }

    private static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
