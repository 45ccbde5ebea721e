import ControlWire
import Testing

@Suite("JSON as it comes")
struct JSONParserTests {
    @Test(
        "What RFC 8259 allows is read",
        arguments: [
            ("null", .null), (" true ", .bool(true)), ("\t[ ]\r\n", .array([])), ("{ }", .object([:])),
            ("-0", .number(0)), ("0.5e+1", .number(5)), ("1E-2", .number(0.01)), ("123456789", .number(123_456_789)),
            (#""a\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00z""#, .string("a\"\\/\u{8}\u{c}\n\r\té😀z")),
            (#""\u0000""#, .string("\0")),
            (
                #"{"a":[1,{"b":null}],"":"x"}"#,
                .object(["a": .array([.number(1), .object(["b": .null])]), "": .string("x")])
            ),
        ] as [(String, JSONValue)]
    )
    func reading(_ text: String, _ value: JSONValue) throws {
        #expect(try JSONValue(parsing: Array(text.utf8)) == value)
    }

    @Test(
        "What it does not allow is refused, with the place",
        arguments: [
            ("", 0), ("  ", 2), ("nul", 0), ("True", 0), ("01", 2), ("-", 1), ("1.", 2), (".5", 0), ("1e", 2),
            ("+1", 0),
            ("NaN", 0), ("1e400", 5), ("[1,]", 3), ("[1 2]", 3), ("[", 1), (#"{"a" 1}"#, 5), (#"{"a":1,}"#, 7),
            ("{a:1}", 1),
            ("{1:1}", 1), (#"{"a":1,"a":2}"#, 10), (#"{"a":1,"\u0061":2}"#, 15), ("\"a", 2), ("\"\n\"", 1),
            (#""\x""#, 3), (#""\u12g4""#, 5), (#""\uD83D""#, 7), (#""\uD83Dx""#, 7), (#""\uDE00""#, 7), ("'a'", 0),
            ("1 2", 2), ("// x", 0), ("\u{feff}1", 0),
        ] as [(String, Int)]
    )
    func refusing(_ text: String, _ offset: Int) {
        do {
            _ = try JSONValue(parsing: Array(text.utf8))
            Issue.record("\(text) was read")
        } catch {
            #expect(error.offset == offset, "\(text): \(error)")
        }
    }

    @Test("Bytes that are not UTF-8 are refused", arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80]] as [[UInt8]])
    func encoding(_ bytes: [UInt8]) {
        #expect(throws: UnreadableDocument.self) { try JSONValue(parsing: [0x22] + bytes + [0x22]) }
    }

    @Test("Nesting is bounded: 64 levels are read, one more is refused")
    func depth() throws {
        func nested(_ levels: Int) -> [UInt8] {
            Array((String(repeating: "[", count: levels) + String(repeating: "]", count: levels)).utf8)
        }
        _ = try JSONValue(parsing: nested(64))
        #expect(throws: UnreadableDocument.self) { try JSONValue(parsing: nested(65)) }
    }
}
