import RolloutCore
import Statistics

/// Counts one column's cells as a signal of a kind, row by row.
struct ColumnTally {
    let role: SignalRole
    let kind: SignalKind
    private var missing: Int64
    private var mistyped: Int64 = 0
    private var buckets: [Int32: Int64] = [:]
    private var moments = Moments()
    private var classes = ClassTally()
    /// Words that `classes` doesn't have yet.
    private var words: [String: Int64] = [:]
    private static let wordLimit = 2_000

    /// - Parameter missing: Rows before the column's first.
    init(role: SignalRole, kind: SignalKind, missing: Int64 = 0) {
        self.role = role
        self.kind = kind
        self.missing = missing
    }

    mutating func count(_ row: TableRow, _ column: Int) {
        switch self.kind {
        case .category:
            if let word = row.word(column) { self.count(word) } else { self.missing += 1 }
        case .number, .share:
            switch row.cell(column) {
            case .missing: self.missing += 1
            case .text: self.mistyped += 1
            case .number(let number): self.count(number)
            }
        }
    }

    private mutating func count(_ word: String) {
        self.words[word, default: 0] += 1
        guard self.words.count > Self.wordLimit else { return }
        self.classes.merge(ClassTally(counts: self.words))
        self.words.removeAll(keepingCapacity: true)
    }

    private mutating func count(_ number: Double) {
        guard number.isFinite, self.kind == .number || (0...1).contains(number) else {
            self.mistyped += 1
            return
        }
        self.buckets[self.grid.bucket(of: number), default: 0] += 1
        self.moments.add(number)
    }

    private var grid: ValueGrid { self.kind == .share ? .share : .number }

    var tally: SignalTally {
        let values: SignalValues
        switch self.kind {
        case .category:
            var classes = self.classes
            classes.merge(ClassTally(counts: self.words))
            values = .classes(classes)
        case .number, .share:
            let counts = SparseCounts(self.buckets.map { (bucket: $0.key, count: $0.value) })
            values = .numbers(NumberTally(grid: self.grid, counts: counts, moments: self.moments))
        }
        return SignalTally(role: self.role, missing: self.missing, mistyped: self.mistyped, values: values)
    }
}
