import RolloutCore
import Testing

@testable import Payloads

@Suite("JSON numbers")
struct JSONNumberTests {
    private func read(_ text: String) throws -> Double {
        var json = JSONCursor(Array(text.utf8))
        let number = try json.number()
        try json.finish()
        return number.value
    }

    @Test(
        "Numbers that are hard to round come out as the nearest one",
        arguments: [
            // Midway between two numbers, and a digit beside it.
            "9007199254740993", "9007199254740992.99999999999999999", "9007199254740993.00000000000000001",
            "1.00000000000000011102230246251565404236316680908203125",
            "1.00000000000000011102230246251565404236316680908203124",
            "1.00000000000000011102230246251565404236316680908203126", "4503599627370496.5", "4503599627370497.5",
            "8.988465674311580e307", "1.7976931348623157e308", "1.7976931348623159e308", "2.2250738585072011e-308",
            "5e-324",
            "2.4703282292062327e-324", "2.4703282292062328e-324", "3.237883913302901e-319", "6.631236846766476e-316",
            "0.1", "0.30000000000000004", "2.225073858507201e-308", "1448997445238699", "9223372036854775807",
            "18446744073709551615",
            "18446744073709551616", "123456789012345678901234567890", "0.000000000000000000000000000123456789012345678",
            "1e22", "1e23", "1e-22", "1e-23", "1e54", "1e55", "1e56", "1e-54", "1e-55", "7.2057594037927933e16",
        ]
    )
    func hard(text: String) throws {
        #expect(try self.read(text).bitPattern == Double(text)?.bitPattern)
        #expect(try self.read("-" + text).bitPattern == Double("-" + text)?.bitPattern)
    }

    @Test("Random numbers of every size and writing are read to the last bit", arguments: [1, 2, 3] as [UInt64])
    func random(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<30_000 {
            let value = Double(bitPattern: generator.next())
            if !value.isFinite { continue }
            let digits = String(generator.next() % 10_000_000_000_000_000_000)
            let exponent = Int.random(in: -70...60, using: &generator)
            let place = Int.random(in: 1...digits.count, using: &generator)
            let written = "\(digits.prefix(place)).\(digits.dropFirst(place))0e\(exponent)"
            let near = Double.random(in: -1_000...1_000, using: &generator)
            for text in ["\(value)", "\(near)", "\(Float(near))", digits, written]
            where !text.hasPrefix("0.") || text.count > 2 {
                let wanted = try #require(Double(text), "\(text), seed \(seed)")
                if text.hasPrefix("0"), text.dropFirst().first?.isNumber == true { continue }
                #expect(try self.read(text).bitPattern == wanted.bitPattern, "\(text), seed \(seed)")
            }
        }
    }

    @Test("Lists of numbers of any length and writing are read to the last bit", arguments: [4, 5] as [UInt64])
    func lists(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let texts = (0..<Int.random(in: 1...12, using: &generator)).map { _ -> String in
                let digits = Int.random(in: 0...22, using: &generator)
                let fraction = (0..<digits).map { _ in "\(Int.random(in: 0...9, using: &generator))" }.joined()
                let whole = "\(Int.random(in: -20...20, using: &generator))"
                let exponent = Int.random(in: 0..<8, using: &generator) == 0 ? "e-3" : ""
                return (digits == 0 ? whole : "\(whole).\(fraction)") + exponent
            }
            let separator = [",", ", ", " ,\n "][Int.random(in: 0..<3, using: &generator)]
            var reader = RowReader(JSONCursor(Array("[\(texts.joined(separator: separator))]".utf8)), role: .feature)
            var table = PayloadTable()
            let field = table.add(name: "x", role: .feature)

            try reader.readFlat(into: field, of: &table)
            try reader.json.finish()

            #expect(table[field].cells.map(\.number) == texts.map { Double($0) }, "\(texts), seed \(seed)")
        }
    }

    @Test("A number of many thousand digits is read in no time and to the last bit")
    func long() throws {
        let zeros = String(repeating: "0", count: 100_000)
        let nines = String(repeating: "9", count: 5_000)

        #expect(try self.read("1." + zeros + "1") == 1)
        #expect(try self.read("0." + zeros + "1e100001") == 1)
        #expect(try self.read("1" + zeros + "e-100000") == 1)
        #expect(try self.read("0." + nines) == 1)
        #expect(try self.read("9007199254740993." + zeros + "1") == 9_007_199_254_740_994)
        #expect(try self.read("9007199254740993." + zeros) == 9_007_199_254_740_992)
    }

    @Test("A fraction or an exponent tells a floating number from a whole one")
    func floating() throws {
        for (text, isFloating) in [("1", false), ("1.0", true), ("1e0", true), ("-12", false), ("NaN", true)] {
            var json = JSONCursor(Array(text.utf8))

            #expect(try json.number().isFloating == isFloating)
        }
    }
}
