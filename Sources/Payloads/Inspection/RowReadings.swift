import RolloutCore

/// Makes of an exchange's tables what each row says: for feedback, and for predictions that wait for their labels.
struct RowReadings: Sendable {
    private let signals: ModelSignals
    /// Where the user's own name of a row is in the request.
    private let key: ValueSource?

    init(signals: ModelSignals, key: ValueSource?) {
        self.signals = signals
        self.key = key
    }

    /// - Parameter firstPointer: The request's field of the first pointer.
    func rows(
        _ book: borrowing SignalBook,
        tables: (request: PayloadTable, answer: PayloadTable),
        firstPointer: Int,
        key: String?,
        limit: Int
    ) -> [RowReading] {
        if limit <= 0 { return [] }
        let value = self.value(book, in: tables.answer)
        let score = self.score(book, in: tables.answer)
        let count = max(value.map { tables.answer.rows($0.place) } ?? 0, score.map { tables.answer.rows($0) } ?? 0)
        let keyPlace = self.key?.find(in: tables.request, firstPointer: firstPointer).map {
            ValuePlace.column(field: $0.field, column: $0.column ?? 0)
        }
        let slices = self.slices(book)
        return (0..<min(count, limit)).map { row in
            var prediction = Prediction()
            if let value {
                prediction.value = Self.value(tables.answer.cell(value.place, row: row), value.kind, tables.answer)
            }
            if let score, let number = tables.answer.cell(score, row: row).number, (0...1).contains(number) {
                prediction.score = number
            }
            return RowReading(
                key: keyPlace.map { Self.word($0, row: row, in: tables.request) } ?? self.headerKey(key),
                prediction: prediction,
                slices: slices.compactMap { slice in
                    let table = slice.body == .request ? tables.request : tables.answer
                    return Self.word(slice.place, row: row, in: table).map { "\(slice.name)=\($0)" }
                }
            )
        }
    }

    private func headerKey(_ key: String?) -> String? {
        switch self.signals.key {
        case .header: key
        case .request, nil: nil
        }
    }

    // MARK: Prediction

    /// The signal that says what was predicted: a class before a number, a word of its own before the largest probability.
    private func value(
        _ book: borrowing SignalBook,
        in table: borrowing PayloadTable
    ) -> (place: ValuePlace, kind: SignalKind)? {
        var best: (rank: Int, place: ValuePlace, kind: SignalKind)?
        // By index, here and below: an entry taken out is copied with all that was counted.
        for index in book.entries.indices where book.entries[index].profile.role == .prediction {
            guard let place = book.entries[index].place, let kind = book.entries[index].profile.kind else { continue }
            let rank: Int
            switch (place, kind) {
            case (.column, .category): rank = 0
            case (.mostLikely, _): rank = 1
            case (.column(let field, _), .number), (.column(let field, _), .share):
                // One of many numbers is no prediction by itself, unless somebody says so.
                guard table[field].width == 1 || book.entries[index].profile.declared != nil else { continue }
                rank = 2
            case (.largest, _): continue
            }
            if rank < best?.rank ?? .max { best = (rank, place, kind) }
        }
        return best.map { ($0.place, $0.kind) }
    }

    /// Where the probability of the positive class is.
    private func score(_ book: borrowing SignalBook, in table: borrowing PayloadTable) -> ValuePlace? {
        for index in book.entries.indices where book.entries[index].profile.role == .confidence {
            switch book.entries[index].place {
            case .largest(let field):
                let named = self.signals.positiveClass.flatMap { Int($0) }
                let column = named ?? (table[field].width == 2 ? 1 : nil)
                if let column, (0..<table[field].width).contains(column) {
                    return .column(field: field, column: column)
                }
            case .column(let field, let column):
                guard self.signals.positiveClass != nil,
                    book.entries[index].profile.declared != nil || AnswerName(book.entries[index].name.text).isScore
                else { continue }
                return .column(field: field, column: column)
            case .mostLikely, nil: continue
            }
        }
        return nil
    }

    private static func value(_ cell: Cell, _ kind: SignalKind, _ table: borrowing PayloadTable) -> LabelValue? {
        switch kind {
        case .category: self.word(cell, in: table).map { .category($0) }
        case .number, .share: cell.number.map { .number($0) }
        }
    }

    // MARK: Words

    private func slices(
        _ book: borrowing SignalBook
    ) -> [(name: SignalName, body: SignalSource.Body, place: ValuePlace)] {
        self.signals.slices.compactMap { name in
            guard let signal = book.place(of: name), let place = book.entries[signal].place else { return nil }
            return (name, book.entries[signal].body, place)
        }
    }

    /// A row's value as a word; the only row's when there is but one for all.
    private static func word(_ place: ValuePlace, row: Int, in table: borrowing PayloadTable) -> String? {
        self.word(table.cell(place, row: table.rows(place) == 1 ? 0 : row), in: table)
    }

    private static func word(_ cell: Cell, in table: borrowing PayloadTable) -> String? {
        switch cell.content {
        case .number(let number): LabelValue.number(number).category
        case .text(let start, let length): table.text(start: start, length: length)
        case .flag(let flag): flag ? "true" : "false"
        case .missing, .unusable: nil
        }
    }
}
