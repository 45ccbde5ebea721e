import RolloutCore

/// The values of one body as fields of rows; used again for the next body, so that its memory is allocated once.
struct PayloadTable {
    /// What the body's protocol calls a tensor, a column or a member.
    struct Field {
        /// Its name among the texts.
        fileprivate(set) var nameStart = 0
        fileprivate(set) var nameLength = 0
        var role = SignalRole.feature
        /// Whether its name is written in JSON as it is.
        fileprivate var isPlain = false
        /// Values a row, 0 before the first.
        var width = 0
        /// Whether a number was written with a fraction, or is of a floating type.
        var isFloating = false
        /// Row by row.
        var cells: [Cell] = []

        var rows: Int { self.width == 0 ? 0 : self.cells.count / self.width }
    }

    /// Bytes of a text that count.
    static let textLimit = 128
    static let fieldLimit = 4_096

    /// How the body was laid out: fields of another layout are not missed in this one.
    var layout = PayloadLayout.json
    /// Whether the client chose what the answer is to hold: what it left out is not missing.
    var isSelection = false
    /// Bytes of names and texts.
    private(set) var texts: [UInt8] = []
    private var storage: [Field] = []
    /// Fields in use, in the order in which they came.
    private(set) var count = 0
    /// Cells that may still be made for values that were not there.
    private var padding = 0

    /// Forgets everything.
    ///
    /// - Parameter size: Bytes of the body that comes: no more cells than these are made up for what it leaves out.
    mutating func reset(layout: PayloadLayout, size: Int) {
        self.layout = layout
        self.isSelection = false
        self.texts.removeAll(keepingCapacity: true)
        self.count = 0
        self.padding = size
    }

    subscript(field: Int) -> Field {
        _read { yield self.storage[field] }
        _modify { yield &self.storage[field] }
    }

    /// Rows of the longest field.
    var rows: Int { (0..<self.count).reduce(0) { max($0, self.storage[$1].rows) } }

    /// A new field at the end.
    mutating func add(name: (start: Int, length: Int), role: SignalRole) -> Int {
        if self.count == self.storage.count { self.storage.append(Field()) }
        let place = self.count
        self.storage[place].cells.removeAll(keepingCapacity: true)
        self.storage[place].width = 0
        self.storage[place].isFloating = false
        self.storage[place].role = role
        self.count += 1
        self.rename(place, to: name)
        return place
    }

    mutating func add(name: String, role: SignalRole) -> Int { self.add(name: self.keep(name), role: role) }

    mutating func removeLast() { self.count -= 1 }

    mutating func rename(_ field: Int, to name: (start: Int, length: Int)) {
        self.storage[field].nameStart = name.start
        self.storage[field].nameLength = name.length
        let bytes = self.texts[name.start..<name.start + name.length]
        self.storage[field].isPlain =
            name.length < Self.textLimit
            && bytes.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }

    /// Appends rows in which the field has nothing.
    ///
    /// - Returns: false when the body has no more room for that.
    mutating func pad(_ field: Int, cells: Int, with cell: Cell = .missing) -> Bool {
        guard cells > 0 else { return true }
        guard cells <= self.padding else { return false }
        self.padding -= cells
        self.storage[field].cells.append(contentsOf: repeatElement(cell, count: cells))
        return true
    }

    /// Puts rows in which the field had nothing before those it has.
    ///
    /// - Returns: false when the body has no more room for that.
    mutating func padFront(_ field: Int, cells: Int) -> Bool {
        guard cells <= self.padding else { return false }
        self.padding -= cells
        self.storage[field].cells.insert(contentsOf: repeatElement(.missing, count: cells), at: 0)
        return true
    }

    func name(of field: Int) -> String {
        self.text(start: self.storage[field].nameStart, length: self.storage[field].nameLength)
    }

    /// Where a field's name is among the texts; nil when JSON writes it with escapes, or when it may have been cut.
    func plainName(of field: Int) -> Range<Int>? {
        let (start, length) = (self.storage[field].nameStart, self.storage[field].nameLength)
        return self.storage[field].isPlain ? start..<start + length : nil
    }

    func isName(of field: Int, _ name: Span<UInt8>) -> Bool {
        let (start, length) = (self.storage[field].nameStart, self.storage[field].nameLength)
        guard length == name.count else { return false }
        let known = self.texts.span.extracting(start..<start + length)
        // Names that begin alike are many: the last character tells most of them apart.
        for index in name.indices.reversed() where known[index] != name[index] { return false }
        return true
    }

    func text(start: Int, length: Int) -> String {
        String(decoding: self.texts[start..<start + length], as: UTF8.self)
    }

    // MARK: Texts

    /// Keeps the beginning of a text of JSON.
    mutating func keep(_ text: JSONText, of json: JSONCursor) -> (start: Int, length: Int) {
        let start = self.texts.count
        json.append(text, to: &self.texts, limit: Self.textLimit)
        return (start, self.texts.count - start)
    }

    mutating func keep(_ text: String) -> (start: Int, length: Int) {
        let start = self.texts.count
        self.texts.append(contentsOf: text.cut(toBytes: Self.textLimit).utf8)
        return (start, self.texts.count - start)
    }

    /// Keeps the beginning of bytes that came without a promise of being UTF-8.
    mutating func keep(bytes: ArraySlice<UInt8>) -> (start: Int, length: Int) {
        self.keep(String(decoding: bytes.prefix(Self.textLimit + 4), as: UTF8.self))
    }
}
