package import RolloutCore

/// Where a request goes, and what is remembered of how that came about.
package struct Draw: Equatable, Sendable {
    /// Index in the table's `arms`.
    package let arm: Int
    /// Where the request stands when assignment sticks to keys and there was something to choose.
    package let place: Place?

    package init(arm: Int, place: Place? = nil) {
        self.arm = arm
        self.place = place
    }
}
