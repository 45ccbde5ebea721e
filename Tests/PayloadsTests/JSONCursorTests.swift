import Testing

@testable import Payloads

@Suite("JSON cursor")
struct JSONCursorTests {
    /// What the cursor sees, written down again; nil for what it refuses.
    private func normalised(_ bytes: [UInt8]) -> String? {
        var json = JSONCursor(bytes)
        guard let text = try? self.value(&json), (try? json.finish()) != nil else { return nil }
        return text
    }

    private func value(_ json: inout JSONCursor) throws(JSONFault) -> String {
        switch try json.kind() {
        case .object:
            var members: [String] = []
            try json.beginObject()
            while let key = try json.nextKey() { members.append("\(self.text(key, json)):\(try self.value(&json))") }
            return "{\(members.joined(separator: ","))}"
        case .array:
            var elements: [String] = []
            try json.beginArray()
            while try json.nextElement() { elements.append(try self.value(&json)) }
            return "[\(elements.joined(separator: ","))]"
        case .text: return self.text(try json.text(), json)
        case .number: return "\(try json.number().value)"
        case .flag: return "\(try json.flag())"
        case .null:
            try json.null()
            return "null"
        }
    }

    private func text(_ text: JSONText, _ json: JSONCursor) -> String {
        var bytes: [UInt8] = []
        json.append(text, to: &bytes)
        return "'\(String(decoding: bytes, as: UTF8.self))'"
    }

    @Test(
        "Well-formed JSON is read for what it says",
        arguments: [
            ("{}", "{}"), ("[]", "[]"), (" [ ] ", "[]"),
            ("\t{ \"a\" : 1 , \"b\":[true,false,null]}\r\n", "{'a':1.0,'b':[true,false,null]}"),
            ("-0", "-0.0"), ("0", "0.0"), ("1e2", "100.0"), ("1E+2", "100.0"), ("12.50e-1", "1.25"),
            ("[NaN,Infinity,-Infinity]", "[nan,inf,-inf]"), ("1e400", "inf"), ("1e-400", "0.0"),
            ("\"\\u00e9\\n\\/\\\\\\\"\"", "'é\n/\\\"'"), ("\"\\ud83d\\ude00é漢😀\"", "'😀é漢😀'"),
            ("\"\\ud83d\"", "'\u{FFFD}'"), ("\"\\ude00\\ud83dx\"", "'\u{FFFD}\u{FFFD}x'"), ("\"\"", "''"),
            ("[[],[[]],{\"\":{}}]", "[[],[[]],{'':{}}]"),
        ]
    )
    func wellFormed(text: String, expected: String) {
        #expect(self.normalised(Array(text.utf8)) == expected)
    }

    @Test(
        "What the grammar does not allow is a fault",
        arguments: [
            "", " ", "{", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}",
            "{a:1}", "{'a':1}",
            "01", "-", "+1", ".5", "1.", "1.e3", "1e", "1e+", "--1", "1a", "0x1", "tru", "True", "nul", "nan", "-NaN",
            "Inf",
            "\"", "\"a", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\", "\"a\nb\"", "[1]]", "{}{}", "[}", "{]", "1 2",
            "/*c*/1",
        ]
    )
    func malformed(text: String) {
        #expect(self.normalised(Array(text.utf8)) == nil)
    }

    @Test(
        "Bytes that are no UTF-8 are a fault inside a text",
        arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80]] as [[UInt8]]
    )
    func badUTF8(bytes: [UInt8]) {
        #expect(self.normalised([0x22] + bytes + [0x22]) == nil)
    }

    @Test("Containers nest up to the limit and no further")
    func depth() {
        let limit = JSONCursor.depthLimit

        func nested(_ depth: Int) -> [UInt8] {
            Array(String(repeating: "[", count: depth).utf8) + Array(String(repeating: "]", count: depth).utf8)
        }

        #expect(self.normalised(nested(limit)) != nil)
        #expect(self.normalised(nested(limit + 1)) == nil)
        #expect(self.normalised(Array(String(repeating: "[", count: 1_000_000).utf8)) == nil)
    }

    @Test("A fault says where it is")
    func place() {
        var json = JSONCursor(Array("[1, x]".utf8))

        #expect(throws: JSONFault(offset: 4, reason: .unexpected)) { try json.skip() }
    }

    @Test(
        "A text is cut before the character that would not fit",
        arguments: [(0, ""), (1, "a"), (2, "a"), (3, "aé"), (6, "aé漢"), (9, "aé漢x")]
    )
    func cut(limit: Int, expected: String) throws {
        for body in ["\"aé漢x\"", "\"a\\u00e9\\u6f22x\""] {
            var json = JSONCursor(Array(body.utf8))
            var bytes: [UInt8] = []

            json.append(try json.text(), to: &bytes, limit: limit)

            #expect(String(decoding: bytes, as: UTF8.self) == expected)
        }
    }

    @Test("Characters are counted alike with and without escapes")
    func characters() throws {
        for body in ["\"aé漢😀\"", "\"\\u0061\\u00e9\\u6f22\\ud83d\\ude00\""] {
            var json = JSONCursor(Array(body.utf8))
            let text = try json.text()

            #expect(json.characters(of: text) == 4)
        }
    }
}
