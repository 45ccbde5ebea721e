/// What labels of models and versions may be.
package enum LabelRules {
    /// Nil when the labels can be kept: at most 64; keys of 1 to 128 bytes, values of at most 1 024; no control characters.
    package static func complaint(_ labels: [String: String]) -> InvalidValue? {
        guard labels.count <= 64 else { return InvalidValue("at most 64 labels; got \(labels.count)", at: "/labels") }
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) {
            guard (1...128).contains(key.utf8.count), value.utf8.count <= 1_024, isPlain(key), isPlain(value) else {
                return InvalidValue(
                    "a label has a key of 1 to 128 bytes and a value of at most 1024, without control characters",
                    at: "/labels/\(key)"
                )
            }
        }
        return nil
    }

    private static func isPlain(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    }
}
