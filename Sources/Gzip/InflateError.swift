/// Why compressed bytes could not be read.
package enum InflateError: Error, Hashable, Sendable {
    /// They are not in the format, or their checksum is another.
    case corrupt
    /// They end in the middle.
    case truncated
    /// Inflated, they are larger than this many bytes.
    case tooLarge(limit: Int)
    /// zlib had no memory.
    case noMemory
}
