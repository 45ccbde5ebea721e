/// A list that may grow fields beside its items.
package struct Page<Item: Codable & Sendable>: Codable, Sendable {
    package let items: [Item]

    package init(_ items: [Item]) { self.items = items }
}

extension Page: Equatable where Item: Equatable {}
