import RolloutCore

/// Finds the signals of a model that declares none: each column is one, under the name that the protocol gives it.
struct FoundSignals: Sendable {
    /// Columns of answers that are signals at most; those of requests are at most `ModelSignals.foundLimit`.
    static let answerLimit = 16

    /// What a field was found to be when it first came.
    private enum Use: Sendable {
        /// A signal for each column, as far as there was room.
        case columns(first: Int, count: Int)
        /// Rows of probabilities.
        case probabilities(prediction: Int, confidence: Int)
        case nothing
    }

    private struct KnownField: Sendable {
        let name: [UInt8]
        let body: SignalSource.Body
        let layout: PayloadLayout
        var use: Use
        var isSeen = false
    }

    private var fields: [KnownField] = []
    private var counts = (request: 0, answer: 0)
    /// Fields that are remembered, with the ones that are of no use.
    private static let fieldLimit = 256

    /// Counts a body's values.
    ///
    /// - Parameter mayFind: Whether fields that are new become signals.
    mutating func count(
        _ table: borrowing PayloadTable,
        body: SignalSource.Body,
        isSelection: Bool,
        mayFind: Bool,
        into book: inout SignalBook
    ) {
        for index in self.fields.indices { self.fields[index].isSeen = false }
        for field in 0..<table.count where table[field].width > 0 {
            guard let known = self.known(field, of: table, body: body, mayFind: mayFind, in: &book) else { continue }
            self.fields[known].isSeen = true
            self.count(field, as: self.fields[known].use, of: table, into: &book)
        }
        if isSelection { return }
        for known in self.fields where !known.isSeen && known.body == body && known.layout == table.layout {
            Self.miss(known.use, rows: max(1, table.rows), in: &book)
        }
    }

    private func count(_ field: Int, as use: Use, of table: borrowing PayloadTable, into book: inout SignalBook) {
        switch use {
        case .columns(let first, let count):
            for column in 0..<count {
                if column < table[field].width {
                    book.count(first + column, at: .column(field: field, column: column), in: table)
                } else {
                    book.miss(first + column, rows: table[field].rows)
                }
            }
        case .probabilities(let prediction, let confidence):
            book.count(prediction, at: .mostLikely(field: field), in: table)
            book.count(confidence, at: .largest(field: field), in: table)
        case .nothing: break
        }
    }

    private static func miss(_ use: Use, rows: Int, in book: inout SignalBook) {
        switch use {
        case .columns(let first, let count):
            for signal in first..<first + count where book.entries[signal].profile.role != .measure {
                book.miss(signal, rows: rows)
            }
        case .probabilities(let prediction, let confidence):
            book.miss(prediction, rows: rows)
            book.miss(confidence, rows: rows)
        case .nothing: break
        }
    }

    // MARK: Finding

    private mutating func known(
        _ field: Int,
        of table: borrowing PayloadTable,
        body: SignalSource.Body,
        mayFind: Bool,
        in book: inout SignalBook
    ) -> Int? {
        // Bodies of one client look alike: most often it is the field after the last one.
        for (index, known) in self.fields.enumerated()
        where !known.isSeen && known.body == body && known.layout == table.layout
            && table.isName(of: field, known.name.span)
        {
            return index
        }
        guard mayFind, self.fields.count < Self.fieldLimit else { return nil }
        let use = self.use(of: field, of: table, body: body, in: &book)
        let name = Array(table.name(of: field).utf8)
        self.fields.append(KnownField(name: name, body: body, layout: table.layout, use: use))
        return self.fields.count - 1
    }

    private mutating func use(
        of field: Int,
        of table: borrowing PayloadTable,
        body: SignalSource.Body,
        in book: inout SignalBook
    ) -> Use {
        let name = table.name(of: field)
        switch body {
        case .request: return self.columns(of: field, of: table, name: name, body: body, in: &book)
        case .response:
            let meaning = AnswerName(name)
            if meaning.isAboutServer || table[field].role == .measure && table.layout != .chat { return .nothing }
            if Self.isProbabilities(field, of: table) {
                return self.probabilities(name: name, in: &book)
            }
            if meaning.isConfidence, table[field].width == 1, Self.isShare(field, of: table) {
                guard self.counts.answer < Self.answerLimit,
                    let signal = Self.add(name, body: body, role: .confidence, kind: .share, to: &book)
                else { return .nothing }
                self.counts.answer += 1
                return .columns(first: signal, count: 1)
            }
            return self.columns(of: field, of: table, name: name, body: body, in: &book)
        }
    }

    private mutating func columns(
        of field: Int,
        of table: borrowing PayloadTable,
        name: String,
        body: SignalSource.Body,
        in book: inout SignalBook
    ) -> Use {
        let (used, limit) =
            switch body {
            case .request: (self.counts.request, ModelSignals.foundLimit)
            case .response: (self.counts.answer, Self.answerLimit)
            }
        let width = table[field].width
        var first: Int?
        var count = 0
        for column in 0..<max(0, min(width, limit - used)) {
            let full = width == 1 ? name : "\(name).\(column)"
            guard let signal = Self.add(full, body: body, role: table[field].role, kind: nil, to: &book),
                signal == (first ?? signal) + count
            else { break }
            first = first ?? signal
            count += 1
        }
        switch body {
        case .request: self.counts.request += count
        case .response: self.counts.answer += count
        }
        return first.map { .columns(first: $0, count: count) } ?? .nothing
    }

    private mutating func probabilities(name: String, in book: inout SignalBook) -> Use {
        guard self.counts.answer + 2 <= Self.answerLimit,
            let prediction = Self.add(name, body: .response, role: .prediction, kind: .category, to: &book),
            let confidence = Self.add(
                "\(name).confidence",
                body: .response,
                role: .confidence,
                kind: .share,
                to: &book
            )
        else { return .nothing }
        self.counts.answer += 2
        return .probabilities(prediction: prediction, confidence: confidence)
    }

    private static func add(
        _ name: String,
        body: SignalSource.Body,
        role: SignalRole,
        kind: SignalKind?,
        to book: inout SignalBook
    ) -> Int? {
        let printable = String(String.UnicodeScalarView(name.unicodeScalars.map { Self.isControl($0) ? "?" : $0 }))
        guard let signal = try? SignalName(printable.cut(toBytes: 128)) else { return nil }
        return book.add(signal, body: body, role: role, kind: kind)
            ?? (try? SignalName("\(body.rawValue) \(printable)".cut(toBytes: 128))).flatMap {
                book.add($0, body: body, role: role, kind: kind)
            }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.value < 0x20 || scalar.value == 0x7F }

    /// Judged by the first row of numbers.
    private static func isProbabilities(_ field: Int, of table: borrowing PayloadTable) -> Bool {
        guard table[field].width > 1 else { return false }
        let width = table[field].width
        for row in 0..<table[field].rows {
            let cells = table[field].cells[row * width..<(row + 1) * width]
            if cells.allSatisfy({ $0.number != nil }) { return ProbabilityRow(cells) != nil }
        }
        return false
    }

    private static func isShare(_ field: Int, of table: borrowing PayloadTable) -> Bool {
        table[field].cells.lazy.compactMap { $0.number }.first.map { (0...1).contains($0) } ?? false
    }
}
