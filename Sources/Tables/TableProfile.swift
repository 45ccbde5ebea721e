package import RolloutCore

/// What a table holds, column by column: the same counts as gateways make of traffic.
package struct TableProfile: Hashable, Sendable {
    /// What a column is known to be.
    package struct Column: Hashable, Sendable {
        package var role: SignalRole
        package var kind: SignalKind

        package init(role: SignalRole, kind: SignalKind) {
            self.role = role
            self.kind = kind
        }
    }

    package let rows: Int64
    /// In the order of the file.
    package let names: [SignalName]
    package let columns: [SignalName: Column]
    package let signals: [SignalName: SignalTally]

    /// Rows from which the kinds of columns are guessed.
    package static let guessRows = 10_000

    /// - Parameters:
    ///   - known: Columns whose kind is declared, or was guessed from another file; others are guessed from the first rows.
    ///   - selection: The columns to read; nil for all.
    /// - Throws: `TableError`, also for the first line that breaks the rules of its format.
    package init(
        _ file: TableFile,
        known: [SignalName: Column] = [:],
        selection: Set<String>? = nil
    ) throws {
        var reading = Reading(path: file.path, known: known, selection: selection)
        try file.forEachLine { line in
            switch line {
            case .bad(let number, let reason):
                throw TableError.badLine(path: file.path, line: number, reason: reason)
            case .row(let row, let columns): try reading.take(row, columns)
            }
        }
        try reading.settle()
        guard reading.rows > 0 else { throw TableError.empty(path: file.path) }
        if let absent = selection?.subtracting(reading.names.map(\.text)).min() {
            throw TableError.badColumn(path: file.path, reason: "there is no column '\(absent)'")
        }
        self.rows = reading.rows
        self.names = reading.names
        self.columns = reading.columns
        self.signals = Dictionary(uniqueKeysWithValues: zip(reading.names, reading.tallies.map(\.tally)))
    }
}

extension TableProfile {
    /// The state of one pass over a file: the first rows are held until the kinds of columns are guessed from them.
    private struct Reading {
        let path: String
        let known: [SignalName: Column]
        let selection: Set<String>?
        private(set) var rows: Int64 = 0
        private(set) var names: [SignalName] = []
        private(set) var columns: [SignalName: Column] = [:]
        private(set) var tallies: [ColumnTally] = []
        /// Where each tally's cells are in a row.
        private var places: [Int] = []
        private var seenColumns: [String] = []
        private var held: [TableRow] = []
        private var isSettled = false

        init(path: String, known: [SignalName: Column], selection: Set<String>?) {
            self.path = path
            self.known = known
            self.selection = selection
        }

        mutating func take(_ row: TableRow, _ columns: [String]) throws {
            if columns.count > self.seenColumns.count {
                let fresh = columns[self.seenColumns.count...]
                self.seenColumns = columns
                if self.isSettled { try self.add(fresh, from: [row]) }
            }
            guard self.isSettled else {
                self.held.append(row)
                if self.held.count == TableProfile.guessRows { try self.settle() }
                return
            }
            self.count(row)
        }

        /// Guesses the kinds and counts what was held.
        mutating func settle() throws {
            if self.isSettled { return }
            self.isSettled = true
            let held = self.held
            self.held = []
            try self.add(self.seenColumns[...], from: held)
            for row in held { self.count(row) }
        }

        private mutating func count(_ row: TableRow) {
            for index in self.tallies.indices { self.tallies[index].count(row, self.places[index]) }
            self.rows += 1
        }

        private mutating func add(_ fresh: ArraySlice<String>, from sample: [TableRow]) throws {
            for (place, text) in zip(fresh.indices, fresh) where self.selection?.contains(text) ?? true {
                let name: SignalName
                do throws(InvalidValue) { name = try SignalName(text) } catch {
                    throw TableError.badColumn(path: self.path, reason: error.message)
                }
                let column = self.known[name] ?? Column(role: .feature, kind: Self.kind(of: place, in: sample))
                self.names.append(name)
                self.places.append(place)
                self.columns[name] = column
                self.tallies.append(ColumnTally(role: column.role, kind: column.kind, missing: self.rows))
            }
        }

        private static func kind(of place: Int, in sample: [TableRow]) -> SignalKind {
            var guess = ColumnGuess()
            for row in sample { guess.see(row.cell(place)) }
            return guess.kind
        }
    }
}
