/// One record of a CSV file: its cells one after the other, without quotes and separators.
package struct CSVRow: Sendable {
    /// From 1: where the record begins in its file.
    package fileprivate(set) var line: Int
    fileprivate var bytes: [UInt8] = []
    /// Where each cell ends in `bytes`.
    fileprivate var ends: [Int] = []

    package var count: Int { self.ends.count }

    package subscript(index: Int) -> ArraySlice<UInt8> {
        self.bytes[(index == 0 ? 0 : self.ends[index - 1])..<self.ends[index]]
    }

    package func text(_ index: Int) -> String { String(decoding: self[index], as: UTF8.self) }
}

/// Takes a CSV text apart (RFC 4180), in whatever pieces it comes: quotes, doubled quotes, line ends within quotes, CR LF, LF or CR.
///
/// Lines without anything are passed over. What breaks the rules costs its record only.
package struct CSVReader {
    package enum Record: Sendable {
        case row(CSVRow)
        case bad(line: Int, reason: String)
    }

    private enum State { case start, bare, quoted, quoteInQuoted, broken }

    /// A record may hold this many bytes; more is a missing quote.
    static let recordLimit = 16 << 20

    private let separator: UInt8
    private var row = CSVRow(line: 1)
    private var state = State.start
    private var line = 1
    private var previousWasReturn = false
    private var hasQuotes = false
    private var complaint: String?

    package init(separator: UInt8 = UInt8(ascii: ",")) { self.separator = separator }

    package mutating func feed(_ bytes: some Sequence<UInt8>, _ body: (Record) throws -> Void) rethrows {
        for byte in bytes {
            if self.state == .quoted, byte != UInt8(ascii: "\"") {
                if byte == 0x0A { self.line += 1 }
                self.row.bytes.append(byte)
                if self.row.bytes.count > Self.recordLimit { self.fail("the record is larger than 16 MiB") }
                continue
            }
            switch byte {
            case 0x0A where self.previousWasReturn: self.previousWasReturn = false
            case 0x0A, 0x0D:
                try self.endRecord(body)
                self.line += 1
                self.row.line = self.line
                self.previousWasReturn = byte == 0x0D
                continue
            case self.separator: self.endCell()
            case UInt8(ascii: "\""): self.quote()
            default: self.take(byte)
            }
            self.previousWasReturn = false
        }
    }

    /// The text is over: what has no line end is a record, too.
    package mutating func finish(_ body: (Record) throws -> Void) rethrows {
        if self.state == .quoted { self.fail("a quote is not closed by the end of the file") }
        try self.endRecord(body)
    }

    private mutating func take(_ byte: UInt8) {
        switch self.state {
        case .start, .bare:
            self.state = .bare
            self.row.bytes.append(byte)
            if self.row.bytes.count > Self.recordLimit { self.fail("the record is larger than 16 MiB") }
        case .quoteInQuoted: self.fail("something follows a closing quote; a quote within quotes is doubled")
        case .quoted, .broken: break
        }
    }

    private mutating func quote() {
        switch self.state {
        case .start:
            self.state = .quoted
            self.hasQuotes = true
        case .quoted: self.state = .quoteInQuoted
        case .quoteInQuoted:
            self.row.bytes.append(UInt8(ascii: "\""))
            self.state = .quoted
        case .bare: self.fail("a quote stands in a cell that is not quoted")
        case .broken: break
        }
    }

    private mutating func endCell() {
        if self.state == .broken { return }
        self.row.ends.append(self.row.bytes.count)
        self.state = .start
    }

    private mutating func fail(_ reason: String) {
        self.complaint = self.complaint ?? reason
        self.state = .broken
    }

    private mutating func endRecord(_ body: (Record) throws -> Void) rethrows {
        let isBlank = self.row.ends.isEmpty && self.row.bytes.isEmpty && !self.hasQuotes
        self.endCell()
        defer {
            self.row.bytes.removeAll(keepingCapacity: true)
            self.row.ends.removeAll(keepingCapacity: true)
            self.state = .start
            self.hasQuotes = false
            self.complaint = nil
        }
        if let complaint = self.complaint {
            try body(.bad(line: self.row.line, reason: complaint))
        } else if !isBlank {
            try body(.row(self.row))
        }
    }
}
