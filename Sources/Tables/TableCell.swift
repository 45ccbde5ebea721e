/// What stands in one cell of a table.
package enum TableCell: Hashable, Sendable {
    /// Nothing, or a word that says so: `NA`, `N/A`, `null` or `nan`, in any case.
    case missing
    /// Finite.
    case number(Double)
    case text(String)

    /// - Parameter bytes: A cell of a CSV file without its quotes; spaces around it don't count.
    init(_ bytes: ArraySlice<UInt8>) {
        let bytes = Self.trimmed(bytes)
        if Self.isMissing(bytes) {
            self = .missing
        } else if let number = DecimalText.number(bytes) {
            self = .number(number)
        } else {
            self = .text(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// As a word: what a category is counted by. A whole number written with a fraction of zeros is the whole number.
    static func word(_ bytes: ArraySlice<UInt8>) -> String? {
        let bytes = self.trimmed(bytes)
        if self.isMissing(bytes) { return nil }
        if bytes.contains(UInt8(ascii: ".")), let number = DecimalText.number(bytes),
            number.rounded() == number, abs(number) < 1e15
        {
            return String(Int64(number))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes
        while let first = bytes.first, first == 0x20 || first == 0x09 { bytes.removeFirst() }
        while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
        return bytes
    }

    private static func isMissing(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first else { return true }
        guard bytes.count <= 4, first | 0x20 == UInt8(ascii: "n") else { return false }
        return self.missingWords.contains { word in
            word.count == bytes.count && zip(word, bytes).allSatisfy { $0 == $1 | 0x20 || $0 == $1 }
        }
    }

    private static let missingWords: [[UInt8]] = ["na", "n/a", "null", "nan"].map { Array($0.utf8) }
}
