/// Why a file can't be read as a table.
package enum TableError: Error, Equatable, CustomStringConvertible {
    case unreadable(path: String, cause: String)
    /// A kind of file that is known, but not read.
    case unsupported(path: String, kind: String, advice: String)
    case badLine(path: String, line: Int, reason: String)
    case empty(path: String)
    /// A column whose name can't be a signal's.
    case badColumn(path: String, reason: String)
    /// A document that isn't what it should be; `place` is a JSON Pointer.
    case badDocument(path: String, place: String, reason: String)

    package var description: String {
        switch self {
        case .unreadable(let path, let cause): "'\(path)' can't be read: \(cause)"
        case .unsupported(let path, let kind, let advice): "'\(path)' is \(kind), which is not read: \(advice)"
        case .badLine(let path, let line, let reason): "'\(path)', line \(line): \(reason)"
        case .empty(let path): "'\(path)' holds no rows"
        case .badColumn(let path, let reason): "'\(path)', header: \(reason)"
        case .badDocument(let path, let place, let reason):
            "'\(path)'\(place.isEmpty ? "" : ", at \(place)"): \(reason)"
        }
    }
}
