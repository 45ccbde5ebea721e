import Gzip
import Testing

@Suite("Compression")
struct CompressionTests {
    @Test(
        "Every format that servers send is understood",
        arguments: [
            (Compression.gzip, Compressed.gzipped), (.gzip, Compressed.gzipped + [0, 0, 0]),
            (.deflate, Compressed.zlibbed),
            (.deflate, Compressed.bare),
        ]
    )
    func formats(compression: Compression, bytes: [UInt8]) throws {
        #expect(try compression.inflate(bytes, limit: 1_000) == Compressed.text)
    }

    @Test("Members in a row are one text")
    func members() throws {
        let twice = try Compression.gzip.inflate(Compressed.gzipped + Compressed.gzipped, limit: 1_000)

        #expect(twice == Compressed.text + Compressed.text)
    }

    @Test("A text as large as the limit is read and a larger one refused")
    func limit() throws {
        #expect(try Compression.gzip.inflate(Compressed.gzipped, limit: Compressed.text.count) == Compressed.text)
        #expect(throws: InflateError.tooLarge(limit: Compressed.text.count - 1)) {
            try Compression.gzip.inflate(Compressed.gzipped, limit: Compressed.text.count - 1)
        }
    }

    @Test("A bomb is refused at the limit")
    func bomb() {
        #expect(throws: InflateError.tooLarge(limit: 65_536)) {
            try Compression.gzip.inflate(Compressed.bomb, limit: 65_536)
        }
        #expect((try? Compression.gzip.inflate(Compressed.bomb, limit: 1 << 20))?.count == 1 << 20)
    }

    @Test("A bomb is refused before its end is reached")
    func cutBomb() {
        let beginning = Array(Compressed.bomb.prefix(Compressed.bomb.count / 2))

        #expect(throws: InflateError.tooLarge(limit: 65_536)) { try Compression.gzip.inflate(beginning, limit: 65_536) }
    }

    @Test("Every cut text is truncated or corrupt, and never read", arguments: [Compressed.gzipped, Compressed.bomb])
    func cut(bytes: [UInt8]) {
        for length in 0..<bytes.count {
            #expect(throws: InflateError.self) {
                try Compression.gzip.inflate(Array(bytes.prefix(length)), limit: 1 << 21)
            }
        }
    }

    @Test("Any bytes come to an end")
    func anyBytes() {
        for place in 0..<Compressed.gzipped.count {
            for bit in 0..<8 {
                var bytes = Compressed.gzipped
                bytes[place] ^= 1 << UInt8(bit)
                for compression in Compression.allCases { _ = try? compression.inflate(bytes, limit: 1_000) }
            }
        }
        #expect(throws: InflateError.corrupt) { try Compression.gzip.inflate(Compressed.text, limit: 1_000) }
        #expect(throws: InflateError.truncated) { try Compression.gzip.inflate([], limit: 1_000) }
    }

    @Test("Codings are known by their names in any case")
    func names() {
        #expect(Compression(coding: "GZip") == .gzip)
        #expect(Compression(coding: "x-gzip") == .gzip)
        #expect(Compression(coding: "deflate") == .deflate)
        #expect(Compression(coding: "br") == nil)
    }
}

/// "hello hello hello hello\n" as Python's modules compress it.
private enum Compressed {
    static let text = Array("hello hello hello hello\n".utf8)

    static let gzipped: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57,
        0xC8, 0x40, 0x27, 0xB9, 0x00, 0x00, 0x88, 0x59, 0x0B, 0x18, 0x00, 0x00, 0x00,
    ]

    static let zlibbed: [UInt8] = [
        0x78, 0x9C, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0x40, 0x27, 0xB9, 0x00, 0x70, 0xBE, 0x08,
        0xBB,
    ]

    /// Without any header.
    static let bare: [UInt8] = [
        0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0x40, 0x27, 0xB9, 0x00,
    ]

    /// A mebibyte of zeros.
    static let bomb: [UInt8] =
        [
            0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xED, 0xC1, 0x31, 0x01, 0x00, 0x00, 0x00, 0xC2,
            0xA0, 0xF5, 0x4F, 0x6D, 0x08, 0x5F, 0xA0,
        ]
        + [UInt8](repeating: 0x00, count: 1016)
        + [0x3E, 0x03, 0x1C, 0xEA, 0x38, 0xA7, 0x00, 0x00, 0x10, 0x00]
}
