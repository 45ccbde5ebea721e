import ControlWire
import Testing

@testable import StatisticsCases

@Suite("JSON in one line")
struct JSONTextTests {
    @Test(
        "A number comes back as the same number",
        arguments: [
            Double(0.1), -1e-300, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1 / 3.0, 123_456_789.25, 1e21, 9e15,
            -4, 0,
        ]
    )
    func numbers(value: Double) throws {
        #expect(try JSONValue(parsing: Array(JSONText.number(value).utf8)) == .number(value))
    }

    @Test("What JSON has no number for is a string, or null")
    func notFinite() {
        let texts = [.infinity, -.infinity, .nan, 3].map { JSONText.number($0) }
        #expect(texts == [#""Infinity""#, #""-Infinity""#, "null", "3"])
    }

    @Test("A value comes back as the same value, with its members in order")
    func values() throws {
        let value: JSONValue = .object([
            "b": .array([.null, .bool(true), .number(1.5)]), "a\"\n": .string("ä\u{1}\\\t\u{1F600}"),
        ])
        let text = JSONText.of(value)
        #expect(text.hasPrefix(#"{"a\"\n":"#))
        #expect(!text.contains("\n"))
        #expect(try JSONValue(parsing: Array(text.utf8)) == value)
    }

    @Test(
        "Python's words for what JSON can't write are put in quotes outside strings",
        arguments: [
            ("[NaN, -Infinity,Infinity]", #"["NaN", "-Infinity","Infinity"]"#),
            (#"{"NaN":"a \" NaN","x":NaN}"#, #"{"NaN":"a \" NaN","x":"NaN"}"#),
            (#"["\\",NaN]"#, #"["\\","NaN"]"#),
            ("[1]", "[1]"),
        ]
    )
    func pythonWords(text: String, quoted: String) {
        #expect(String(decoding: NonFiniteNumerals.quoted(in: Array(text.utf8)), as: UTF8.self) == quoted)
    }

    @Test("A record of which no field is defined is undefined as a whole")
    func undefinedRecord() {
        #expect(CaseAnswer.fields(["a": .undefined, "b": .number(Double.nan)]) == .undefined)
        #expect(CaseAnswer.fields(["a": .undefined, "b": .count(0)]).json == #"{"a":null,"b":0}"#)
    }
}
