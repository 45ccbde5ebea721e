package import RolloutCore
import Statistics

/// Counts one signal's values, row by row or a column at a time, until somebody asks for the tally.
package struct SignalProfile: Sendable {
    /// How values are read.
    private enum Form {
        /// The first value decides.
        case undecided
        case numbers
        case shares
        case words
        /// Whole numbers that look like names of classes, until a fraction comes.
        case codes
    }

    package let role: SignalRole
    /// What every value is taken for, whatever it looks like.
    package let declared: SignalKind?
    private var form: Form
    private var numbers: NumberProfile
    private var words = WordProfile()
    private var missing: Int64 = 0
    private var mistyped: Int64 = 0

    /// - Parameter kind: What the values are declared to be; nil lets the first value decide.
    package init(role: SignalRole, kind: SignalKind? = nil) {
        self.role = role
        self.declared = kind
        self.form =
            switch kind {
            case nil: .undecided
            case .number: .numbers
            case .share: .shares
            case .category: .words
            }
        self.numbers = NumberProfile(grid: kind == .share ? .share : .number)
    }

    /// What the values are; nil before the first.
    package var kind: SignalKind? {
        switch self.form {
        case .undecided: nil
        case .numbers: .number
        case .shares: .share
        case .words, .codes: .category
        }
    }

    /// Whether something was added since the last drain.
    package var isEmpty: Bool {
        self.missing == 0 && self.mistyped == 0 && self.numbers.isEmpty && self.words.isEmpty
    }

    package mutating func addMissing(_ rows: Int64 = 1) { self.missing += rows }
    package mutating func addMistyped(_ rows: Int64 = 1) { self.mistyped += rows }

    /// Counts a number; one that is not finite counts as mistyped.
    ///
    /// - Parameter isFloating: Whether it was written with a fraction or is of a floating type: then it is no name of a class.
    package mutating func add(number: Double, isFloating: Bool = true) {
        switch self.form {
        case .numbers, .shares: if !self.numbers.add(number) { self.mistyped += 1 }
        case .undecided:
            guard number.isFinite else {
                self.mistyped += 1
                return
            }
            self.form = self.role == .prediction && !isFloating && LabelValue.looksLikeClass(number) ? .codes : .numbers
            self.add(number: number, isFloating: isFloating)
        case .codes where LabelValue.looksLikeClass(number): self.words.add(number)
        case .codes:
            guard number.isFinite else {
                self.mistyped += 1
                return
            }
            // They were numbers all along.
            self.form = .numbers
            for (number, count) in self.words.takeNumbers() { _ = self.numbers.add(number, count: count) }
            self.add(number: number)
        case .words where self.declared != nil && number.isFinite: self.words.add(number)
        case .words: self.mistyped += 1
        }
    }

    /// Counts a column of numbers.
    package mutating func add(numbers: Span<Double>) {
        var index = 0
        while index < numbers.count {
            switch self.form {
            case .numbers, .shares:
                self.mistyped += self.numbers.add(numbers.extracting(index..<numbers.count))
                return
            case .undecided, .codes, .words:
                self.add(number: numbers[index])
                index += 1
            }
        }
    }

    /// Counts numbers where numbers are expected, up to the first cell that needs a closer look.
    ///
    /// - Parameter index: Where to begin and, afterwards, where it ended.
    mutating func addNumbers(_ cells: Span<Cell>, from index: inout Int, by stride: Int) {
        switch self.form {
        case .numbers, .shares: self.numbers.add(cells, from: &index, by: stride)
        case .undecided, .words, .codes: break
        }
    }

    /// Counts a word, of which the first 128 bytes matter.
    package mutating func add(category: String) {
        if self.takesWords { self.words.add(category) } else { self.mistyped += 1 }
    }

    /// Counts a word.
    ///
    /// - Parameter category: Valid UTF-8 of at most 128 bytes.
    package mutating func add(category: Span<UInt8>) {
        if self.takesWords { self.words.add(category) } else { self.mistyped += 1 }
    }

    /// Counts true or false: a word, and no number.
    package mutating func add(flag: Bool) { self.add(category: flag ? "true" : "false") }

    private var takesWords: Bool {
        mutating get {
            switch self.form {
            case .undecided:
                self.form = .words
                return true
            case .words: return true
            case .numbers, .shares, .codes: return false
            }
        }
    }

    /// Rows that had no usable value since the last drain.
    var unusable: Int64 { self.missing + self.mistyped }

    /// Whether a value is one of those that count, now that it is known what they are.
    func takes(_ cell: Cell) -> Bool {
        switch (self.form, cell.content) {
        case (_, .missing), (_, .unusable): false
        case (.numbers, .number(let number)), (.shares, .number(let number)): self.numbers.takes(number)
        case (.words, .number): self.declared != nil
        case (.codes, .number), (.undecided, .number), (.undecided, .text), (.undecided, .flag): true
        case (.words, .text), (.words, .flag): true
        case (.numbers, .text), (.shares, .text), (.codes, .text): false
        case (.numbers, .flag), (.shares, .flag), (.codes, .flag): false
        }
    }

    /// What was counted since the last time, of which nothing is left; what the values are is remembered.
    package mutating func drain() -> SignalTally {
        let tally = SignalTally(
            role: self.role,
            missing: self.missing,
            mistyped: self.mistyped,
            values: self.drainValues()
        )
        self.missing = 0
        self.mistyped = 0
        return tally
    }

    private mutating func drainValues() -> SignalValues {
        switch self.form {
        case .numbers, .shares: .numbers(self.numbers.drain())
        case .words, .codes, .undecided: .classes(self.words.drain())
        }
    }
}
