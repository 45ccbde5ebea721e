import ControlWire
package import RolloutCore

/// Arrays of numbers that cases refer to by name instead of repeating them.
package struct NamedArrays: Sendable {
    /// `nil` is a missing number.
    private var arrays: [String: [Double?]] = [:]

    package init() {}

    /// Reads lines of `array,index,value`, with or without that heading; an empty value is a missing number.
    ///
    /// - Parameter name: of the file, for complaints.
    /// - Throws: `InvalidValue` naming the file and line that is wrong, or an array that is incomplete or known already.
    package mutating func add(csv: String, name: String) throws(InvalidValue) {
        var columns: [String: [Int: Double?]] = [:]
        for (index, line) in csv.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map { Self.trimmed($0) }
            if cells == [""] || (index == 0 && cells == ["array", "index", "value"]) { continue }
            let place = "\(name) line \(index + 1)"
            guard cells.count == 3 else {
                throw InvalidValue("must be three cells: array,index,value; got \(cells.count)", at: place)
            }
            guard let position = Int(cells[1]), position >= 0 else {
                throw InvalidValue("must have a whole number from 0 as its index; got '\(cells[1])'", at: place)
            }
            let value = Double(cells[2])
            guard value != nil || cells[2].isEmpty else {
                throw InvalidValue("must have a number, or nothing, as its value; got '\(cells[2])'", at: place)
            }
            guard columns[cells[0], default: [:]].updateValue(value, forKey: position) == nil else {
                throw InvalidValue("repeats index \(position) of array '\(cells[0])'", at: place)
            }
        }
        for (array, column) in columns.sorted(by: { $0.key < $1.key }) { try self.add(column, as: array, from: name) }
    }

    private mutating func add(_ column: [Int: Double?], as array: String, from file: String) throws(InvalidValue) {
        guard self.arrays[array] == nil else {
            throw InvalidValue("array '\(array)' stands in another file already: name it once", at: file)
        }
        var values: [Double?] = []
        for index in 0..<column.count {
            guard let value = column[index] else {
                throw InvalidValue("array '\(array)' has no index \(index): indices go from 0 without a gap", at: file)
            }
            values.append(value)
        }
        self.arrays[array] = values
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop { $0.isWhitespace }
        let end = start.lastIndex { !$0.isWhitespace }
        return end.map { String(start[...$0]) } ?? ""
    }

    /// The array of a reference `{"array": NAME, "first": COUNT}`.
    ///
    /// - Throws: `InvalidValue` for a name that is unknown or more values than there are.
    func resolve(_ reference: JSONValue, at pointer: String) throws(InvalidValue) -> [Double?] {
        var reader = try JSONReader(reference, at: pointer)
        let name = try reader.string("array")
        guard let values = self.arrays[name] else {
            let known = self.arrays.keys.sorted().joined(separator: ", ")
            let advice = known.isEmpty ? "give its file with --arrays" : "known are \(known)"
            throw InvalidValue("is no known array: '\(name)'; \(advice)", at: reader.place("array"))
        }
        let first = try reader.integer("first", default: values.count)
        guard (0...values.count).contains(first) else {
            throw InvalidValue("must be 0 to \(values.count), the length of '\(name)'", at: reader.place("first"))
        }
        try reader.finish()
        return Array(values.prefix(first))
    }
}
