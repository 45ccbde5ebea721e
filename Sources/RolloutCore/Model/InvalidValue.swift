/// A value from outside that the domain refuses: which one, why, and what would be accepted.
package struct InvalidValue: Error, Equatable, Sendable, CustomStringConvertible {
    /// Where the value stood, as a JSON Pointer into the document it came from; empty for the whole document.
    package let pointer: String
    /// What is wrong and what is allowed instead; lower case, no full stop.
    package let message: String

    package init(_ message: String, at pointer: String = "") {
        self.pointer = pointer
        self.message = message
    }

    /// The same complaint about a value that stands below `parent`.
    package func under(_ parent: String) -> InvalidValue {
        InvalidValue(self.message, at: "/" + parent + self.pointer)
    }

    package var description: String {
        self.pointer.isEmpty ? self.message : "\(self.pointer): \(self.message)"
    }
}
