import RolloutCore

/// The signals of one version with what was counted of them, and where each is in the exchange at hand.
struct SignalBook: Sendable {
    struct Entry: Sendable {
        let name: SignalName
        let body: SignalSource.Body
        var profile: SignalProfile
        /// Where its values are in the exchange's table; nil where it has none.
        fileprivate(set) var place: ValuePlace?
        /// Rows of the exchange in which it should have been and wasn't.
        fileprivate var missedRows = 0
        /// Rows that had no usable value before the exchange.
        fileprivate var unusableBefore: Int64 = 0

        /// Whether a row without it is of no use.
        fileprivate var isOutput: Bool {
            switch self.profile.role {
            case .prediction, .confidence: self.body == .response
            case .feature, .measure: false
            }
        }
    }

    private(set) var entries: [Entry] = []
    private var places: [SignalName: Int] = [:]

    /// Whether something is known of what answers predict.
    var hasPredictions: Bool { self.entries.indices.contains { self.entries[$0].profile.role == .prediction } }

    func place(of name: SignalName) -> Int? { self.places[name] }

    /// - Returns: The signal's number; nil when another of its name has another role.
    mutating func add(_ name: SignalName, body: SignalSource.Body, role: SignalRole, kind: SignalKind?) -> Int? {
        if let known = self.places[name] {
            let entry = self.entries[known]
            return entry.body == body && entry.profile.role == role ? known : nil
        }
        self.entries.append(Entry(name: name, body: body, profile: SignalProfile(role: role, kind: kind)))
        self.places[name] = self.entries.count - 1
        return self.entries.count - 1
    }

    /// Forgets where signals were in the last exchange.
    mutating func forgetPlaces() {
        for index in self.entries.indices {
            self.entries[index].place = nil
            self.entries[index].missedRows = 0
            self.entries[index].unusableBefore = self.entries[index].profile.unusable
        }
    }

    /// Counts all rows of a signal.
    mutating func count(_ signal: Int, at place: ValuePlace, in table: borrowing PayloadTable) {
        self.entries[signal].place = place
        switch place {
        case .column(let field, let column): self.entries[signal].profile.add(table, field: field, column: column)
        case .mostLikely(let field), .largest(let field):
            for row in 0..<table[field].rows {
                self.entries[signal].profile.add(table.cell(place, row: row), of: table, isFloating: false)
            }
        }
    }

    /// Counts rows in which a signal should have been.
    mutating func miss(_ signal: Int, rows: Int) {
        self.entries[signal].missedRows = rows
        self.entries[signal].profile.addMissing(Int64(rows))
    }

    /// Rows of the exchange's answer, and those of them that lack a prediction or a confidence, each once.
    func outputs(in table: borrowing PayloadTable) -> (rows: Int, unusable: Int) {
        var (rows, most, lacking) = (0, 0, 0)
        for index in self.entries.indices where self.entries[index].isOutput {
            rows = max(rows, self.entries[index].missedRows, self.entries[index].place.map { table.rows($0) } ?? 0)
            let unusable = Int(self.entries[index].profile.unusable - self.entries[index].unusableBefore)
            if unusable > 0 { lacking += 1 }
            most = max(most, unusable)
        }
        // Where one signal alone lacks values, or one lacks all, nothing counts twice.
        if lacking < 2 || most >= rows { return (rows, min(most, rows)) }
        let places = self.entries.indices.filter { self.entries[$0].isOutput }
        let unusable = (0..<rows).count { row in places.contains { self.lacks($0, row: row, in: table) } }
        return (rows, unusable)
    }

    private func lacks(_ signal: Int, row: Int, in table: borrowing PayloadTable) -> Bool {
        if row < self.entries[signal].missedRows { return true }
        guard let place = self.entries[signal].place, row < table.rows(place) else { return false }
        return !self.entries[signal].profile.takes(table.cell(place, row: row))
    }

    /// What was counted since the last time, of the signals of which anything was.
    mutating func drain() -> [SignalName: SignalTally] {
        var tallies: [SignalName: SignalTally] = [:]
        for index in self.entries.indices where !self.entries[index].profile.isEmpty {
            tallies[self.entries[index].name] = self.entries[index].profile.drain()
        }
        return tallies
    }
}

extension SignalProfile {
    /// Counts a column of a table.
    mutating func add(_ table: borrowing PayloadTable, field: Int, column: Int) {
        let (width, isFloating) = (table[field].width, table[field].isFloating)
        let cells = table[field].cells.span
        var index = column
        while index < cells.count {
            self.addNumbers(cells, from: &index, by: width)
            if index < cells.count { self.add(cells[index], of: table, isFloating: isFloating) }
            index += width
        }
    }

    mutating func add(_ cell: Cell, of table: borrowing PayloadTable, isFloating: Bool) {
        switch cell.content {
        case .number(let number): self.add(number: number, isFloating: isFloating)
        case .text(let start, let length): self.add(category: table.texts.span.extracting(start..<start + length))
        case .flag(let flag): self.add(flag: flag)
        case .missing: self.addMissing()
        case .unusable: self.addMistyped()
        }
    }
}
