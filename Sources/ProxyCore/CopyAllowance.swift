/// How many mirrored requests one event loop may have on their way at a time, so that a canary that hangs costs no more than this.
package struct CopyAllowance: Equatable, Sendable {
    package struct Limits: Equatable, Sendable {
        /// Copies without an end, 1 or more.
        package var copies: Int
        /// Bytes of their requests, 1 or more.
        package var bytes: Int
        /// Bytes of the largest body that is copied.
        package var bodyBytes: Int
        /// A loop whose tenths of a second take this long has no time for copies.
        package var lateness: Duration

        package init(
            copies: Int = 64,
            bytes: Int = 4_194_304,
            bodyBytes: Int = 65_536,
            lateness: Duration = .milliseconds(250)
        ) {
            precondition(copies > 0 && bytes > 0 && bodyBytes >= 0, "an allowance allows something")
            self.copies = copies
            self.bytes = bytes
            self.bodyBytes = bodyBytes
            self.lateness = lateness
        }
    }

    package let limits: Limits
    package private(set) var copies = 0
    package private(set) var bytes = 0

    package init(limits: Limits = Limits()) { self.limits = limits }

    /// - Returns: Whether there is room; when there is, it is taken until `give`.
    package mutating func take(bytes: Int) -> Bool {
        guard self.copies < self.limits.copies, bytes <= self.limits.bytes - self.bytes else { return false }
        self.copies += 1
        self.bytes += bytes
        return true
    }

    package mutating func give(bytes: Int) {
        self.copies -= 1
        self.bytes -= bytes
        precondition(self.copies >= 0 && self.bytes >= 0, "only what was taken is given back")
    }
}
