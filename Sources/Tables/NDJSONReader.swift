import ControlWire

/// Takes lines of JSON objects apart; columns are the objects' members in the order of their first appearance.
struct NDJSONReader {
    /// A line may hold this many bytes.
    static let lineLimit = 16 << 20

    private(set) var columns: [String] = []
    private var indices: [String: Int] = [:]
    private var held: [UInt8] = []
    private var line = 1

    mutating func feed(_ bytes: [UInt8], _ body: (TableLine) throws -> Void) rethrows {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 0x0A) {
            self.held.append(contentsOf: rest[..<end])
            rest = rest[(end + 1)...]
            try self.endLine(body)
        }
        self.held.append(contentsOf: rest)
    }

    mutating func finish(_ body: (TableLine) throws -> Void) rethrows { try self.endLine(body) }

    private mutating func endLine(_ body: (TableLine) throws -> Void) rethrows {
        defer {
            self.held.removeAll(keepingCapacity: true)
            self.line += 1
        }
        guard self.held.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { return }
        guard self.held.count <= Self.lineLimit else {
            return try body(.bad(line: self.line, reason: "the line is larger than 16 MiB"))
        }
        let value: JSONValue
        do throws(UnreadableDocument) { value = try JSONValue(parsing: self.held) } catch {
            return try body(.bad(line: self.line, reason: "is not one JSON text, \(error)"))
        }
        guard case .object(let members) = value else {
            return try body(.bad(line: self.line, reason: "should be an object, but is \(value.kind)"))
        }
        try body(.row(TableRow(line: self.line, content: .object(self.values(members))), columns: self.columns))
    }

    private mutating func values(_ members: [String: JSONValue]) -> [JSONValue?] {
        for name in members.keys.sorted() where self.indices[name] == nil {
            self.indices[name] = self.columns.count
            self.columns.append(name)
        }
        return self.columns.map { members[$0] }
    }
}
