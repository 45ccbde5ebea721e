import Foundation

/// One line of a table file.
package enum TableLine: Sendable {
    /// - Parameter columns: All names known by this line; a CSV file's header has them all, lines of JSON may bring new ones.
    case row(TableRow, columns: [String])
    case bad(line: Int, reason: String)
}

/// A file of rows: CSV with a header, or one JSON object a line.
package struct TableFile: Sendable {
    package enum Format: Sendable { case separated(by: UInt8), objects }

    /// `-` is standard input.
    package let path: String

    package init(path: String) { self.path = path }

    private static let chunkBytes = 1 << 20

    /// Reads the file from its beginning to its end, once.
    ///
    /// - Throws: `TableError` when there is no such file or it is of a kind that isn't read, and what `body` throws.
    package func forEachLine(_ body: (TableLine) throws -> Void) throws {
        let source = try self.open()
        defer { try? source.close() }
        let first = Self.withoutByteOrderMark(try self.chunk(source))
        switch try self.format(first) {
        case .separated(let separator):
            try self.readSeparated(CSVReader(separator: separator), first, source, body)
        case .objects:
            var reader = NDJSONReader()
            try reader.feed(first, body)
            while case let chunk = try self.chunk(source), !chunk.isEmpty { try reader.feed(chunk, body) }
            try reader.finish(body)
        }
    }

    private func readSeparated(
        _ reader: CSVReader,
        _ first: [UInt8],
        _ source: FileHandle,
        _ body: (TableLine) throws -> Void
    ) throws {
        var reader = reader
        var columns: [String]?
        func take(_ record: CSVReader.Record) throws {
            switch record {
            case .bad(let line, let reason):
                guard columns != nil else { throw TableError.badLine(path: self.path, line: line, reason: reason) }
                try body(.bad(line: line, reason: reason))
            case .row(let row):
                guard let header = columns else {
                    columns = try self.header(row)
                    return
                }
                guard row.count == header.count else {
                    let reason = "has \(row.count) cells, but the header has \(header.count)"
                    return try body(.bad(line: row.line, reason: reason))
                }
                try body(.row(TableRow(line: row.line, content: .separated(row)), columns: header))
            }
        }
        try reader.feed(first, take)
        while case let chunk = try self.chunk(source), !chunk.isEmpty { try reader.feed(chunk, take) }
        try reader.finish(take)
    }

    private func header(_ row: CSVRow) throws -> [String] {
        let names = (0..<row.count).map { row.text($0).trimmingCharacters(in: .whitespaces) }
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw TableError.badColumn(path: self.path, reason: "the column '\(name)' is there twice")
        }
        return names
    }

    // MARK: Opening

    private func open() throws -> FileHandle {
        if self.path == "-" { return .standardInput }
        do { return try FileHandle(forReadingFrom: URL(filePath: self.path)) } catch {
            throw TableError.unreadable(path: self.path, cause: error.localizedDescription)
        }
    }

    private func chunk(_ source: FileHandle) throws -> [UInt8] {
        do { return [UInt8](try source.read(upToCount: Self.chunkBytes) ?? Data()) } catch {
            throw TableError.unreadable(path: self.path, cause: error.localizedDescription)
        }
    }

    private static func withoutByteOrderMark(_ bytes: [UInt8]) -> [UInt8] {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    }

    /// Told from the first bytes, as names can mislead.
    private func format(_ first: [UInt8]) throws -> Format {
        if first.starts(with: "PAR1".utf8) {
            let advice = "convert it first, for example with DuckDB: COPY 'in.parquet' TO 'out.csv' (HEADER)"
            throw TableError.unsupported(path: self.path, kind: "a Parquet file", advice: advice)
        }
        if first.starts(with: [0x1F, 0x8B]) {
            throw TableError.unsupported(
                path: self.path,
                kind: "compressed with gzip",
                advice: "pipe it in: gunzip -c FILE | …  -"
            )
        }
        guard let start = first.first(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }) else {
            throw TableError.empty(path: self.path)
        }
        if start == UInt8(ascii: "{") { return .objects }
        if start == UInt8(ascii: "[") {
            let advice = "write one object a line (NDJSON), for example with jq -c '.[]'"
            throw TableError.unsupported(path: self.path, kind: "a JSON array", advice: advice)
        }
        return .separated(by: Self.separator(ofHeader: first.prefix { $0 != 0x0A && $0 != 0x0D }))
    }

    /// The one of comma, semicolon and tab that the header holds most of, quoted names aside.
    private static func separator(ofHeader header: ArraySlice<UInt8>) -> UInt8 {
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        for byte in header {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if !isQuoted { counts[byte, default: 0] += 1 }
        }
        let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09]
        return candidates.reduce(candidates[0]) { counts[$1, default: 0] > counts[$0, default: 0] ? $1 : $0 }
    }
}
