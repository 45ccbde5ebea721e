/// Bytes in network order under construction.
struct WireBytes {
    private(set) var bytes: [UInt8] = []

    mutating func append<Integer: FixedWidthInteger>(_ value: Integer) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(_ other: [UInt8]) {
        bytes.append(contentsOf: other)
    }

    /// A one-dimensional array without nulls (`array_recv` in the server's sources).
    mutating func append<Integer: FixedWidthInteger>(array: some Collection<Integer>, of type: PostgresType) {
        appendArrayHead(count: array.count, of: type)
        let width = MemoryLayout<Integer>.size
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: array.count * (4 + width)))
        bytes.withUnsafeMutableBytes { buffer in
            var offset = start
            for element in array {
                buffer.storeBytes(of: Int32(width).bigEndian, toByteOffset: offset, as: Int32.self)
                buffer.storeBytes(of: element.bigEndian, toByteOffset: offset + 4, as: Integer.self)
                offset += 4 + width
            }
        }
    }

    mutating func append(array: [String]) {
        appendArrayHead(count: array.count, of: .text)
        for element in array {
            append(Int32(element.utf8.count))
            append(text: element)
        }
    }

    private mutating func appendArrayHead(count: Int, of type: PostgresType) {
        append(Int32(count == 0 ? 0 : 1))
        append(Int32(0))
        append(type.rawValue)
        guard count > 0 else { return }
        append(Int32(count))
        append(Int32(1))
    }

    mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(count)
    }

    /// Fills in a length that was left open at `offset`.
    mutating func overwrite(at offset: Int, with value: Int32) {
        withUnsafeBytes(of: value.bigEndian) { bytes.replaceSubrange(offset..<offset + 4, with: $0) }
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }
}
