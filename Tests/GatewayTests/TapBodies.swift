/// Bodies in the forms that model servers send them.
enum TapBodies {
    /// A token stream as chat servers send it, without the `[DONE]` that some leave out.
    static let chat: [UInt8] = Array(
        ["Hel", "lo"].map {
            #"data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"\#($0)"}}]}"#
        }
        .appending(
            #"data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#
        )
        .map { $0 + "\n\n" }.joined().utf8
    )

    /// A gzip file (RFC 1952) of one stored block (RFC 1951 section 3.2.4): compressed in form only.
    static func gzip(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        let length = UInt16(bytes.count)
        var file: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1]
        file += [UInt8(length & 0xFF), UInt8(length >> 8), UInt8(~length & 0xFF), UInt8(~length >> 8)]
        file += bytes
        for number in [self.checksum(bytes), UInt32(bytes.count)] {
            for shift in [0, 8, 16, 24] as [UInt32] { file.append(UInt8(truncatingIfNeeded: number >> shift)) }
        }
        return file
    }

    /// CRC-32 as in RFC 1952 section 8.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
    }
}

extension Array {
    fileprivate func appending(_ element: Element) -> [Element] { self + [element] }
}
