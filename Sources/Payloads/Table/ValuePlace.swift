/// Where in a table the values of a signal are.
enum ValuePlace: Hashable {
    /// One column of a field.
    case column(field: Int, column: Int)
    /// The class of the largest probability, by a field's rows of probabilities.
    case mostLikely(field: Int)
    /// That largest probability itself.
    case largest(field: Int)
}

extension PayloadTable {
    /// A row's value; missing for a row that isn't there.
    func cell(_ place: ValuePlace, row: Int) -> Cell {
        switch place {
        case .column(let field, let column):
            return row < self[field].rows && column < self[field].width
                ? self[field].cells[row * self[field].width + column] : .missing
        case .mostLikely(let field):
            return self.probabilities(field, row: row).map { Cell(number: Double($0.mostLikely)) } ?? .unusable
        case .largest(let field):
            return self.probabilities(field, row: row).map { Cell(number: $0.confidence) } ?? .unusable
        }
    }

    func probabilities(_ field: Int, row: Int) -> ProbabilityRow? {
        guard row < self[field].rows else { return nil }
        let width = self[field].width
        return ProbabilityRow(self[field].cells[row * width..<(row + 1) * width])
    }

    func rows(_ place: ValuePlace) -> Int {
        switch place {
        case .column(let field, _), .mostLikely(let field), .largest(let field): self[field].rows
        }
    }
}
