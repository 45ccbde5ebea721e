/// A column's name as an adapter gives it: a field's, or a field's with the number of one of its columns.
struct ColumnPath: Sendable {
    private let name: [UInt8]
    /// `input-0` and 17 of `input-0.17`.
    private let part: (name: [UInt8], column: Int)?

    init(_ text: String) {
        self.name = Array(text.utf8)
        let digits = text.utf8.reversed().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let base = self.name.dropLast(digits.count)
        if let column = Int(String(decoding: digits.reversed(), as: UTF8.self)), base.last == UInt8(ascii: ".") {
            self.part = (Array(base.dropLast()), column)
        } else {
            self.part = nil
        }
    }

    /// The field, and the column where one is named.
    func find(in table: borrowing PayloadTable) -> (field: Int, column: Int?)? {
        for field in 0..<table.count where table[field].width > 0 && table.isName(of: field, self.name.span) {
            return (field, nil)
        }
        guard let part else { return nil }
        for field in 0..<table.count
        where part.column < table[field].width && table.isName(of: field, part.name.span) {
            return (field, part.column)
        }
        return nil
    }
}
