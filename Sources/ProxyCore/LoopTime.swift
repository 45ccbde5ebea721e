/// A moment on a clock that never goes back, in microseconds from an arbitrary start; only differences mean something.
package struct LoopTime: Hashable, Sendable, Comparable {
    package let microseconds: Int64

    /// Later than every other moment: a deadline that never passes.
    package static let never = LoopTime(microseconds: .max)

    package init(microseconds: Int64) { self.microseconds = microseconds }

    package func adding(_ duration: Duration) -> LoopTime {
        LoopTime(microseconds: self.microseconds + duration.microseconds)
    }

    /// Microseconds from `earlier` to this moment, at least 0.
    package func microseconds(since earlier: LoopTime) -> Int64 { max(0, self.microseconds - earlier.microseconds) }

    package static func < (a: Self, b: Self) -> Bool { a.microseconds < b.microseconds }
}

extension Duration {
    /// Whole microseconds, the rest cut off.
    package var microseconds: Int64 {
        let (seconds, attoseconds) = self.components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
