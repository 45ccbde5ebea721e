/// How many units came in a second, of late.
struct RateMeter: Sendable {
    private static let kept = 30
    /// From when the entries count.
    private var since: Timestamp?
    /// Ascending in time.
    private var entries: [(at: Timestamp, units: Int64)] = []

    /// - Parameters:
    ///   - start: From when units can have come at all.
    ///   - moment: The end of the newest interval that is known.
    mutating func add(_ units: Int64, from start: Timestamp, at moment: Timestamp) {
        self.since = self.since ?? start
        if let last = self.entries.last, last.at >= moment {
            self.entries[self.entries.count - 1].units += units
            return
        }
        if self.entries.count == Self.kept { self.since = self.entries.removeFirst().at }
        self.entries.append((moment, units))
    }

    /// Units a second; nil before there are any.
    var perSecond: Double? {
        guard let since, let last = self.entries.last?.at, last > since else { return nil }
        let units = self.entries.reduce(0) { $0 + $1.units }
        return units > 0 ? Double(units) / last.seconds(since: since) : nil
    }
}
