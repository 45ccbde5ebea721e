import RolloutCore

/// Any JSON: for each pointer a field whose rows are the values that it points to.
struct PointerDecoder {
    private let tree: PointerTree
    private var reader: RowReader
    /// The field of the first pointer; the others follow.
    private let first: Int

    /// Adds a field for each pointer of the tree, in the order of their numbers.
    ///
    /// - Parameter mayHaveTail: Whether something else may follow the JSON, such as raw tensors.
    static func decode(
        _ json: JSONCursor,
        tree: PointerTree,
        role: SignalRole,
        mayHaveTail: Bool,
        into table: inout PayloadTable
    ) throws(PayloadFault) {
        if tree.count == 0 { return }
        let first = table.count
        for pointer in 0..<tree.count { _ = table.add(name: "pointer \(pointer)", role: role) }
        var decoder = PointerDecoder(tree: tree, reader: RowReader(json, role: role), first: first)
        do throws(JSONFault) {
            try decoder.read(PointerTree.root, into: &table)
            if !mayHaveTail { try decoder.reader.json.finish() }
        } catch {
            throw .json(error)
        }
    }

    private init(tree: PointerTree, reader: RowReader, first: Int) {
        self.tree = tree
        self.reader = reader
        self.first = first
    }

    private mutating func read(_ place: Int, into table: inout PayloadTable) throws(JSONFault) {
        let node = self.tree.nodes[place]
        let kind = try self.reader.json.kind()
        if let pointer = node.pointer, !(node.hasBranches && (kind == .object || kind == .array)) {
            for other in node.single where other != pointer { self.miss(other, in: &table) }
            try self.readValue(of: pointer, into: &table)
            return
        }
        if let pointer = node.pointer { self.append(.unusable, of: pointer, to: &table) }
        switch kind {
        case .object: try self.readObject(place, into: &table)
        case .array: try self.readArray(place, into: &table)
        case .text, .number, .flag, .null:
            for pointer in node.single { self.miss(pointer, in: &table) }
            try self.reader.json.skip()
        }
    }

    private mutating func readObject(_ place: Int, into table: inout PayloadTable) throws(JSONFault) {
        var seen: Set<Int> = []
        try self.reader.json.beginObject()
        while let key = try self.reader.json.nextKey() {
            if let next = self.tree.node(under: place, key: key, of: self.reader.json), seen.insert(next).inserted {
                try self.read(next, into: &table)
            } else {
                try self.reader.json.skip()
            }
        }
        self.missRest(of: place, seen: seen, in: &table)
    }

    private mutating func readArray(_ place: Int, into table: inout PayloadTable) throws(JSONFault) {
        var seen: Set<Int> = []
        var element = 0
        try self.reader.json.beginArray()
        while try self.reader.json.nextElement() {
            if let next = self.tree.node(under: place, element: element) {
                if next != self.tree.nodes[place].every { seen.insert(next) }
                try self.read(next, into: &table)
            } else {
                try self.reader.json.skip()
            }
            element += 1
        }
        self.missRest(of: place, seen: seen, in: &table)
    }

    /// A value, or a list of numbers as one wide row.
    private mutating func readValue(of pointer: Int, into table: inout PayloadTable) throws(JSONFault) {
        let field = self.first + pointer
        let before = table[field].cells.count
        try self.reader.readFlat(into: field, of: &table)
        if table[field].cells.count == before { table[field].cells.append(.missing) }
        try self.reader.endRow(of: field, in: &table, from: before)
    }

    /// Members that weren't there: what is below them has no value in this row.
    private func missRest(of place: Int, seen: Set<Int>, in table: inout PayloadTable) {
        for member in self.tree.nodes[place].members where !seen.contains(member.node) {
            for pointer in self.tree.nodes[member.node].single { self.miss(pointer, in: &table) }
        }
    }

    private func miss(_ pointer: Int, in table: inout PayloadTable) { self.append(.missing, of: pointer, to: &table) }

    private func append(_ cell: Cell, of pointer: Int, to table: inout PayloadTable) {
        let field = self.first + pointer
        table[field].width = max(1, table[field].width)
        let before = table[field].cells.count
        table[field].cells.append(cell)
        _ = table.pad(field, cells: table[field].width - (table[field].cells.count - before), with: cell)
    }
}
