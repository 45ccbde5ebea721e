/// The newest of what was folded: a loss that begins late is not averaged away over the good hours before it.
struct NewestStrata<Element: Sendable>: Sendable {
    /// Ten minutes of the usual interval.
    private static var limit: Int { 60 }

    private var ring: [Element] = []
    /// Where the next one goes once the ring is full.
    private var next = 0

    mutating func append(_ element: Element) {
        if self.ring.count < Self.limit {
            self.ring.append(element)
            return
        }
        self.ring[self.next] = element
        self.next = (self.next + 1) % Self.limit
    }

    /// From the oldest to the newest.
    var elements: [Element] { Array(self.ring[self.next...] + self.ring[..<self.next]) }
}

extension NewestStrata: Equatable where Element: Equatable {
    /// By what was folded, wherever in the ring it stands.
    static func == (a: Self, b: Self) -> Bool { a.elements == b.elements }
}
