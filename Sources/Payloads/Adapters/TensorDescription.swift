/// What a body says of one tensor.
struct TensorDescription {
    /// Place of its field in the table.
    let field: Int
    var isNamed = false
    /// nil when the body names none, or one that nobody knows.
    var type: TensorType?
    /// None is negative.
    var shape: [Int]?
    /// Bytes behind the JSON that are its values.
    var binarySize: Int?
    /// Whether its values stand in the JSON.
    var hasValues = false

    /// The widest that a tensor without rows may say it would be; one with rows is no wider than its body is long.
    static let emptyWidthLimit = 1 << 16

    /// Values a row of a tensor that has `cells` values; nil when its shape promises another number of them.
    func width(cells: Int) -> Int? {
        guard let shape else { return 1 }
        guard Self.product(shape[...]) == cells else { return nil }
        let width = Self.product(shape.dropFirst()) ?? Self.emptyWidthLimit
        return max(1, cells > 0 ? width : min(width, Self.emptyWidthLimit))
    }

    /// nil for more than can be counted.
    private static func product(_ extents: ArraySlice<Int>) -> Int? {
        if extents.contains(0) { return 0 }
        var product = 1
        for extent in extents {
            let (next, isOverflow) = product.multipliedReportingOverflow(by: extent)
            if isOverflow { return nil }
            product = next
        }
        return product
    }
}
