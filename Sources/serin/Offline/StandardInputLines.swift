import Foundation

/// The lines of standard input as bytes, each as soon as it is there, the last also without its end.
struct StandardInputLines {
    struct ReadFailure: Error, CustomStringConvertible {
        let code: Int32

        var description: String {
            let reason = POSIXErrorCode(rawValue: self.code).map { POSIXError($0).localizedDescription }
            return "standard input can't be read: \(reason ?? "error \(self.code)")"
        }
    }

    private static let newline = UInt8(ascii: "\n")

    private var chunk = [UInt8](repeating: 0, count: 65_536)
    private var available: Range<Int> = 0..<0
    private var hasEnded = false

    /// Nil at the end.
    mutating func next() throws(ReadFailure) -> [UInt8]? {
        var line: [UInt8] = []
        while true {
            if let end = self.chunk[self.available].firstIndex(of: Self.newline) {
                line += self.chunk[self.available.lowerBound..<end]
                self.available = end + 1..<self.available.upperBound
                return line
            }
            line += self.chunk[self.available]
            self.available = 0..<0
            if !self.hasEnded { try self.fill() }
            if self.hasEnded { return line.isEmpty ? nil : line }
        }
    }

    private mutating func fill() throws(ReadFailure) {
        let size = self.chunk.count
        while true {
            // Not FileHandle: it waits until it has as much as it was asked for, and traps on an error otherwise.
            let count = unsafe read(STDIN_FILENO, &self.chunk, size)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ReadFailure(code: errno) }
            self.available = 0..<count
            self.hasEnded = count == 0
            return
        }
    }
}
