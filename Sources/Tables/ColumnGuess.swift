import RolloutCore

/// Guesses of what kind a column is from its first rows.
struct ColumnGuess {
    /// Beyond so many different values whole numbers aren't classes.
    private static let classLimit = 20
    /// Numbers with at most this share of other words among them are a number column with errors.
    private static let toleratedShare = 0.05

    private var present = 0
    private var numbers = 0
    private var isWhole = true
    private var isShare = true
    private var values: Set<Double> = []

    mutating func see(_ cell: TableCell) {
        switch cell {
        case .missing: return
        case .text: self.present += 1
        case .number(let number):
            self.present += 1
            self.numbers += 1
            if number.rounded() != number { self.isWhole = false }
            if !(0...1).contains(number) { self.isShare = false }
            if self.values.count <= Self.classLimit { self.values.insert(number) }
        }
    }

    /// Whole numbers of few different values are classes: labels, flags, codes. Numbers of 0…1 with fractions are shares.
    var kind: SignalKind {
        guard self.numbers > 0, Double(self.present - self.numbers) <= Self.toleratedShare * Double(self.present) else {
            return .category
        }
        if self.isWhole {
            return self.values.count <= Self.classLimit && self.numbers >= 5 * self.values.count ? .category : .number
        }
        return self.isShare ? .share : .number
    }
}
