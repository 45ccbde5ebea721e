import RolloutCore

/// Reads the signals that a model declares, from wherever it says they are.
struct DeclaredSignals: Sendable {
    private struct Declared: Sendable {
        let signal: Int
        let body: SignalSource.Body
        let role: SignalRole
        let kind: SignalKind
        let source: ValueSource
    }

    private var declared: [Declared] = []

    init(_ declarations: [SignalDeclaration], trees: inout BodyTrees, book: inout SignalBook) {
        for declaration in declarations {
            let body = declaration.source.body
            let source = ValueSource(declaration.source.path, in: &trees[body])
            let signal = book.add(declaration.name, body: body, role: declaration.role, kind: declaration.kind)
            guard let signal else { continue }
            let (role, kind) = (declaration.role, declaration.kind)
            self.declared.append(Declared(signal: signal, body: body, role: role, kind: kind, source: source))
        }
    }

    /// Whether any value is a protocol's column rather than at a pointer.
    func needsColumns(_ body: SignalSource.Body) -> Bool {
        self.declared.contains {
            guard $0.body == body, case .column = $0.source else { return false }
            return true
        }
    }

    /// Counts a body's values.
    func count(
        _ table: borrowing PayloadTable,
        body: SignalSource.Body,
        firstPointer: Int,
        isSelection: Bool,
        into book: inout SignalBook
    ) {
        for one in self.declared where one.body == body {
            if let found = one.source.find(in: table, firstPointer: firstPointer) {
                let place = Self.place(found.field, found.column, one.role, one.kind, in: table)
                book.count(one.signal, at: place, in: table)
            } else if one.role != .measure, !isSelection {
                book.miss(one.signal, rows: max(1, table.rows))
            }
        }
    }

    /// A field of rows of probabilities that is declared as a whole says two things: which class, and how sure.
    private static func place(
        _ field: Int,
        _ column: Int?,
        _ role: SignalRole,
        _ kind: SignalKind,
        in table: borrowing PayloadTable
    ) -> ValuePlace {
        if column == nil, table[field].width > 1 {
            switch (role, kind) {
            case (.prediction, .category): return .mostLikely(field: field)
            case (.confidence, _): return .largest(field: field)
            case (.feature, _), (.measure, _), (.prediction, .number), (.prediction, .share): break
            }
        }
        return .column(field: field, column: column ?? 0)
    }
}
