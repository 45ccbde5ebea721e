import Testing

@testable import Tables

@Suite("Cells")
struct TableCellTests {
    @Test(
        "A cell is missing, a number, or text",
        arguments: [
            ("", .missing), ("  ", .missing), ("NA", .missing), ("n/a", .missing), ("null", .missing),
            ("NaN", .missing),
            ("none", .text("none")), ("no", .text("no")), ("n", .text("n")),
            ("0", .number(0)), ("-0.5", .number(-0.5)), ("+3", .number(3)), (" 7 ", .number(7)),
            ("1e3", .number(1_000)),
            ("1E-2", .number(0.01)), (".5", .number(0.5)), ("5.", .number(5)),
            ("123456789012345680", .number(123_456_789_012_345_680)),
            ("1,5", .text("1,5")), ("0x10", .text("0x10")), ("inf", .text("inf")), ("1e999", .text("1e999")),
            ("-", .text("-")), ("1.2.3", .text("1.2.3")), ("12a", .text("12a")), ("2024-01-01", .text("2024-01-01")),
        ] as [(String, TableCell)]
    )
    func kinds(text: String, cell: TableCell) {
        #expect(TableCell(ArraySlice(text.utf8)) == cell)
    }

    @Test(
        "Numbers are read as exactly as the standard library reads them",
        arguments: ["0.1", "3.141592653589793", "2.5e-7", "1234567.891", "0.000001", "999999999999999", "1e22", "4.35"]
    )
    func exactness(text: String) {
        #expect(DecimalText.number(ArraySlice(text.utf8)) == Double(text))
    }

    @Test("Seeded decimals are read as exactly as the standard library reads them", arguments: [UInt64(11)])
    func random(seed: UInt64) {
        var state = seed
        for _ in 0..<20_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let text = "\(Int64(bitPattern: state) >> 20).\(state >> 48)"
            #expect(DecimalText.number(ArraySlice(text.utf8)) == Double(text), "seed \(seed): \(text)")
        }
    }

    @Test(
        "As a word a whole number has no fraction, and other text stays as it is",
        arguments: [("3.0", "3"), ("3", "3"), ("007", "007"), ("3.5", "3.5"), (" red ", "red"), ("null", nil)]
            as [(String, String?)]
    )
    func words(text: String, word: String?) {
        #expect(TableCell.word(ArraySlice(text.utf8)) == word)
    }
}
