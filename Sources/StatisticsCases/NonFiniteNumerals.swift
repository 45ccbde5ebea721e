/// The bare words `NaN`, `Infinity` and `-Infinity`, which Python's json module writes although JSON has none of them.
enum NonFiniteNumerals {
    private static let words = ["-Infinity", "Infinity", "NaN"].map { Array($0.utf8) }

    /// The text with those words in quotes, where they stand outside strings; all else as it is.
    static func quoted(in text: [UInt8]) -> [UInt8] {
        guard text.contains(UInt8(ascii: "N")) || text.contains(UInt8(ascii: "I")) else { return text }
        var result: [UInt8] = []
        var isInString = false
        var position = 0
        while position < text.count {
            let byte = text[position]
            if !isInString, let word = self.words.first(where: { text[position...].starts(with: $0) }) {
                result += [UInt8(ascii: "\"")] + word + [UInt8(ascii: "\"")]
                position += word.count
                continue
            }
            result.append(byte)
            position += 1
            if byte == UInt8(ascii: "\"") { isInString.toggle() }
            if isInString, byte == UInt8(ascii: "\\"), position < text.count {
                result.append(text[position])
                position += 1
            }
        }
        return result
    }
}
