/// Bounds on what one head may take, checked by position so that they do not depend on how the bytes arrive.
package struct HeadLimits: Equatable, Sendable {
    /// Bytes from the start line to the empty line, both included.
    package var headSize: Int
    /// Field lines in one head.
    package var fieldCount: Int
    /// Bytes of the request target.
    package var targetSize: Int

    package init(headSize: Int = 32_768, fieldCount: Int = 100, targetSize: Int = 16_384) {
        precondition(headSize > 0 && headSize <= 1 << 24, "the head size must be in 1...16777216 bytes")
        precondition(fieldCount > 0 && targetSize > 0, "limits must be positive")
        self.headSize = headSize
        self.fieldCount = fieldCount
        self.targetSize = targetSize
    }
}

/// What the bytes so far amount to.
package enum HeadProgress: Equatable, Sendable {
    case needsMore
    /// The head is the first `length` bytes, empty lines before it included.
    case complete(length: Int)
    case invalid(HeadDefect)
}
