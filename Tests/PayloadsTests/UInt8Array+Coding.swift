extension [UInt8] {
    /// In HTTP's chunked coding, each chunk of so many bytes.
    func chunked(by size: Int) -> [UInt8] {
        var coded: [UInt8] = []
        for start in stride(from: 0, to: self.count, by: size) {
            let chunk = self[start..<Swift.min(start + size, self.count)]
            coded += Array("\(String(chunk.count, radix: 16));x=y\r\n".utf8) + chunk + Array("\r\n".utf8)
        }
        return coded + Array("0\r\n\r\n".utf8)
    }

    /// As gzip, in blocks that are stored and not compressed.
    var gzipped: [UInt8] {
        var coded: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
        for start in stride(from: 0, through: Swift.max(0, self.count - 1), by: 0xFFFF) {
            let block = self[start..<Swift.min(start + 0xFFFF, self.count)]
            let length = UInt16(block.count)
            coded.append(block.endIndex == self.count ? 1 : 0)
            coded += (UInt32(length) | UInt32(~length) << 16).littleEndianBytes + block
        }
        return coded + self.crc32.littleEndianBytes + UInt32(truncatingIfNeeded: self.count).littleEndianBytes
    }

    private var crc32: UInt32 {
        ~self.reduce(~UInt32(0)) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }
}

extension FixedWidthInteger {
    var littleEndianBytes: [UInt8] {
        (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> (8 * $0)) }
    }
}
