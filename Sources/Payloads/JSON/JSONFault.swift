/// Why bytes are not the JSON that is read for, and where.
struct JSONFault: Error, Hashable {
    enum Reason: Hashable {
        /// The bytes end in the middle of a value.
        case ended
        /// Another character stands where the grammar wants one of few.
        case unexpected
        case badNumber
        case badEscape
        case badUTF8
        /// A control character inside a text.
        case controlCharacter
        /// Containers inside containers beyond the limit.
        case tooDeep
        /// Well-formed, but of another shape than the protocol says.
        case wrongShape
        /// A table with so many holes that it would take more memory than the bytes it came in.
        case tooSparse
    }

    /// Bytes from the beginning.
    let offset: Int
    let reason: Reason
}
