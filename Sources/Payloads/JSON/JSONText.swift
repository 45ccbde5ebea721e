/// A text's place among the bytes, without its quotation marks.
struct JSONText: Hashable {
    let start: Int
    let end: Int
    let hasEscapes: Bool

    /// What it says when nothing in it is escaped: most keys.
    func equals(_ word: StaticString, in bytes: [UInt8]) -> Bool {
        let count = word.utf8CodeUnitCount
        guard !self.hasEscapes, self.end - self.start == count else { return false }
        return word.description.utf8.elementsEqual(bytes[self.start..<self.end])
    }

    /// Whether it names the datatype.
    func equals(_ type: TensorType, in bytes: [UInt8]) -> Bool {
        !self.hasEscapes && type.rawValue.utf8.elementsEqual(bytes[self.start..<self.end])
    }
}
