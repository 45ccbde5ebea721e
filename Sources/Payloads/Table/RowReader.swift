import RolloutCore

/// Reads JSON values as rows into the fields of a table.
struct RowReader {
    var json: JSONCursor
    let role: SignalRole
    /// Where a member's name was seen first, by its bytes' hash.
    private var places: [UInt64: Int] = [:]
    /// Objects within objects whose members' names are joined by dots.
    private static let joinLimit = 4

    init(_ json: JSONCursor, role: SignalRole) {
        self.json = json
        self.role = role
    }

    /// Reads a list whose elements are rows: objects by their members, anything else as one field of that name.
    mutating func readRows(named name: String, into table: inout PayloadTable) throws(JSONFault) {
        try self.json.beginArray()
        guard try self.json.nextElement() else { return }
        if try self.json.kind() == .object {
            try self.readRecords(into: &table)
        } else {
            try self.readMatrix(into: table.add(name: name, role: self.role), of: &table)
        }
    }

    /// Reads the rest of a list whose elements are rows of numbers or single values; the first one is next.
    mutating func readMatrix(into field: Int, of table: inout PayloadTable) throws(JSONFault) {
        repeat {
            let before = table[field].cells.count
            try self.readFlat(into: field, of: &table)
            try self.endRow(of: field, in: &table, from: before)
        } while try self.json.nextElement()
    }

    /// Reads the values of one row, however deep they are nested.
    mutating func readFlat(into field: Int, of table: inout PayloadTable) throws(JSONFault) {
        guard try self.json.peek() == UInt8(ascii: "[") else {
            try self.readCell(into: field, of: &table)
            return
        }
        try self.json.beginArray()
        while try self.json.nextElement() {
            if try self.json.kind() == .number {
                try self.json.numbers(into: &table[field])
            } else {
                try self.readFlat(into: field, of: &table)
            }
        }
    }

    /// Makes the row that began at `before` as wide as the first: what lacks is missing, and of a row with too much nothing is used.
    func endRow(of field: Int, in table: inout PayloadTable, from before: Int) throws(JSONFault) {
        let got = table[field].cells.count - before
        if table[field].width == 0 {
            table[field].width = max(1, got)
        } else if got > table[field].width {
            table[field].cells.removeLast(got)
            table[field].cells.append(contentsOf: repeatElement(.unusable, count: table[field].width))
            return
        }
        guard table.pad(field, cells: table[field].width - got) else { throw self.json.fault(.tooSparse) }
    }

    /// Reads one value; a container is not usable.
    mutating func readCell(into field: Int, of table: inout PayloadTable) throws(JSONFault) {
        switch try self.json.kind() {
        case .number: try self.readNumber(into: &table[field])
        case .text:
            let text = try self.json.text()
            let place = table.keep(text, of: self.json)
            table[field].cells.append(Cell(textFrom: place.start, length: place.length))
        case .flag: table[field].cells.append(Cell(flag: try self.json.flag()))
        case .null:
            try self.json.null()
            table[field].cells.append(.missing)
        case .object, .array:
            try self.json.skip()
            table[field].cells.append(.unusable)
        }
    }

    private mutating func readNumber(into field: inout PayloadTable.Field) throws(JSONFault) {
        let number = try self.json.number()
        if number.isFloating { field.isFloating = true }
        field.cells.append(Cell(number: number.value))
    }

    /// Reads an object whose members are columns: a list of rows each, or one value that is one row.
    mutating func readColumns(into table: inout PayloadTable) throws(JSONFault) {
        try self.json.beginObject()
        while let key = try self.json.nextKey() {
            guard table.count < PayloadTable.fieldLimit else {
                try self.json.skip()
                continue
            }
            let field = table.add(name: table.keep(key, of: self.json), role: self.role)
            guard try self.json.kind() == .array else {
                try self.readMember(of: field, row: 0, into: &table)
                continue
            }
            try self.json.beginArray()
            if try self.json.nextElement() { try self.readMatrix(into: field, of: &table) }
        }
    }

    // MARK: Records

    /// Reads the rest of a list of objects; the first one is next.
    mutating func readRecords(into table: inout PayloadTable) throws(JSONFault) {
        var row = 0
        repeat {
            if try self.json.kind() == .object {
                try self.readRecord(row: row, into: &table)
            } else {
                try self.json.skip()
                try self.endRecord(row: row, in: &table, with: .unusable)
            }
            row += 1
        } while try self.json.nextElement()
    }

    /// Reads one object as a row of the fields that its members are.
    mutating func readRecord(row: Int, into table: inout PayloadTable) throws(JSONFault) {
        var expected = 0
        try self.readMembers(row: row, expected: &expected, prefix: nil, depth: 0, into: &table)
        try self.endRecord(row: row, in: &table, with: .missing)
    }

    private mutating func readMembers(
        row: Int,
        expected: inout Int,
        prefix: (start: Int, length: Int)?,
        depth: Int,
        into table: inout PayloadTable
    ) throws(JSONFault) {
        try self.json.beginObject()
        while let (key, isGuess) = try self.nextKey(expected: prefix == nil ? expected : table.count, in: table) {
            let next = try self.json.peek()
            if next == UInt8(ascii: "{"), depth < Self.joinLimit {
                let inner = self.joined(prefix, key, in: &table)
                try self.readMembers(row: row, expected: &expected, prefix: inner, depth: depth + 1, into: &table)
                continue
            }
            guard let field = isGuess ? expected : self.field(key, prefix: prefix, in: &table),
                table[field].cells.count <= row * table[field].width
            else {
                // One of too many, or named twice in one object.
                try self.json.skip()
                continue
            }
            expected = field + 1
            if JSONCursor.beginsNumber(next), table[field].width == 1, table[field].cells.count == row {
                try self.readNumber(into: &table[field])
            } else {
                try self.readMember(of: field, row: row, into: &table)
            }
        }
    }

    /// Reads one value as the cells of a row.
    mutating func readMember(of field: Int, row: Int, into table: inout PayloadTable) throws(JSONFault) {
        let isFirst = table[field].width == 0
        guard table.pad(field, cells: row * table[field].width - table[field].cells.count) else {
            throw self.json.fault(.tooSparse)
        }
        let before = table[field].cells.count
        try self.readFlat(into: field, of: &table)
        // An empty list says no more than null, and nothing of how wide a full one would be.
        if isFirst, table[field].cells.count == before { return }
        try self.endRow(of: field, in: &table, from: before)
        if isFirst, row > 0 {
            guard table.padFront(field, cells: row * table[field].width) else { throw self.json.fault(.tooSparse) }
        }
    }

    /// The next key, and whether it is the expected field's name: most rows name the same members in the same order.
    private mutating func nextKey(
        expected: Int,
        in table: borrowing PayloadTable
    ) throws(JSONFault) -> (key: JSONText, isGuess: Bool)? {
        guard expected < table.count, let name = table.plainName(of: expected) else {
            return try self.json.nextKey().map { ($0, false) }
        }
        return try self.json.nextKey(guess: table.texts.span.extracting(name))
    }

    /// The field of a member, which is new when its name is.
    private mutating func field(
        _ key: JSONText,
        prefix: (start: Int, length: Int)?,
        in table: inout PayloadTable
    ) -> Int? {
        let name = self.joined(prefix, key, in: &table)
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in table.texts[name.start..<name.start + name.length] {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        if let known = self.places[hash] { return known }
        guard table.count < PayloadTable.fieldLimit else { return nil }
        let field = table.add(name: name, role: self.role)
        self.places[hash] = field
        return field
    }

    private func joined(
        _ prefix: (start: Int, length: Int)?,
        _ key: JSONText,
        in table: inout PayloadTable
    ) -> (start: Int, length: Int) {
        guard let prefix else { return table.keep(key, of: self.json) }
        var name: [UInt8] = Array(table.texts[prefix.start..<prefix.start + prefix.length])
        name.append(UInt8(ascii: "."))
        self.json.append(key, to: &name)
        return table.keep(bytes: name[...])
    }

    /// Gives every field that the row left out a cell for it.
    private func endRecord(row: Int, in table: inout PayloadTable, with cell: Cell) throws(JSONFault) {
        for field in 0..<table.count
        where table[field].width == 0 || table[field].cells.count <= row * table[field].width {
            if table[field].width == 0 { table[field].width = 1 }
            let lacking = (row + 1) * table[field].width - table[field].cells.count
            guard table.pad(field, cells: lacking, with: cell) else { throw self.json.fault(.tooSparse) }
        }
    }
}
