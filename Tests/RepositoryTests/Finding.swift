/// One thing that is wrong, said so that the reader knows where to look and what to do.
struct Finding: Equatable, CustomStringConvertible {
    let path: String
    /// Counted from 1; `nil` when it is about the whole file.
    let line: Int?
    let message: String

    init(_ path: String, line: Int? = nil, _ message: String) {
        self.path = path
        self.line = line
        self.message = message
    }

    var description: String {
        let place = self.line.map { "\(self.path):\($0)" } ?? self.path
        return "\(place): \(self.message)"
    }
}
