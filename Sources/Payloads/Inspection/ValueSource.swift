/// Where declared values are to be looked for.
enum ValueSource: Sendable {
    /// The number of a pointer in its body's tree.
    case pointer(Int)
    case column(ColumnPath)

    /// - Parameter tree: The pointers of the body that the values are in.
    init(_ path: String, in tree: inout PointerTree) {
        if let pointer = tree.insert(path) {
            self = .pointer(pointer)
        } else {
            self = .column(ColumnPath(path))
        }
    }

    /// The field, and its column where one is named.
    ///
    /// - Parameter firstPointer: The field of the first pointer.
    func find(in table: borrowing PayloadTable, firstPointer: Int) -> (field: Int, column: Int?)? {
        switch self {
        case .pointer(let pointer):
            let field = firstPointer + pointer
            return field < table.count && table[field].width > 0 ? (field, nil) : nil
        case .column(let path): return path.find(in: table)
        }
    }
}
