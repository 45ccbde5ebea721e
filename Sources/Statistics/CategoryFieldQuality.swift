/// Counts of what is wrong with a categorical field.
package struct CategoryFieldQuality: Sendable, Hashable {
    /// The categories that are known.
    package let domain: Set<String>
    package private(set) var missing: Int64 = 0
    package private(set) var unseen: Int64 = 0
    package private(set) var known: Int64 = 0

    package init(domain: Set<String>) {
        self.domain = domain
    }

    /// A number is no known category.
    package mutating func add(_ value: FieldValue) {
        switch value {
        case .missing: missing += 1
        case .number: unseen += 1
        case .text(let category): if domain.contains(category) { known += 1 } else { unseen += 1 }
        }
    }

    package mutating func merge(_ other: CategoryFieldQuality) {
        missing += other.missing
        unseen += other.unseen
        known += other.known
    }

    package var total: Int64 { missing + unseen + known }

    /// Unseen categories among the values that are present; `nil` when none is.
    package var unseenShareOfPresent: Double? {
        unseen + known > 0 ? Double(unseen) / Double(unseen + known) : nil
    }
}
