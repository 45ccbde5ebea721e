extension String {
    /// The longest beginning that has no more than so many bytes of UTF-8 and ends with a whole character's code.
    func cut(toBytes limit: Int) -> String {
        let bytes = self.utf8
        guard bytes.count > limit else { return self }
        var end = bytes.index(bytes.startIndex, offsetBy: limit)
        while end > bytes.startIndex, bytes[end] & 0xC0 == 0x80 { end = bytes.index(before: end) }
        return String(self[..<end])
    }
}
