/// What a body says of one tensor.
struct TensorDescription {
    /// Place of its field in the table.
    let field: Int
    var isNamed = false
    /// nil when the body names none, or one that nobody knows.
    var type: TensorType?
    var shape: [Int]?
    /// Bytes behind the JSON that are its values.
    var binarySize: Int?
    /// Whether its values stand in the JSON.
    var hasValues = false

    /// Values a row; nil when the shape is no shape.
    var width: Int? {
        guard let shape, shape.allSatisfy({ $0 >= 0 }) else { return self.shape == nil ? 1 : nil }
        var width = 1
        for extent in shape.dropFirst() {
            let (product, isOverflow) = width.multipliedReportingOverflow(by: extent)
            if isOverflow { return nil }
            width = product
        }
        return max(1, width)
    }

    /// Values as the shape promises; nil when it promises none or too many to count.
    var count: Int? {
        guard let shape else { return nil }
        var count = 1
        for extent in shape {
            let (product, isOverflow) = count.multipliedReportingOverflow(by: extent)
            if isOverflow { return nil }
            count = product
        }
        return count
    }
}
