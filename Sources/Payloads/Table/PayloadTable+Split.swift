extension PayloadTable {
    /// Makes each of a field's columns, as far as it has a name, a field of its own.
    ///
    /// - Parameter field: The last one, which is emptied.
    mutating func split(_ field: Int, named names: [(start: Int, length: Int)]) {
        let (width, role, isFloating, cells) = (
            self[field].width, self[field].role, self[field].isFloating, self[field].cells
        )
        guard width > 0, !names.isEmpty else { return }
        self.removeLast()
        for (column, name) in names.prefix(min(width, Self.fieldLimit)).enumerated() {
            let part = self.add(name: name, role: role)
            self[part].width = 1
            self[part].isFloating = isFloating
            for index in stride(from: column, to: cells.count, by: width) { self[part].cells.append(cells[index]) }
        }
    }
}
