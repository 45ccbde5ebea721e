/// The addresses that one name stands for, each an endpoint with connections and health of its own.
///
/// Several addresses of one name are several servers, as behind a headless service: requests go to the least busy of them, and one that
/// fails is ejected alone.
package struct EndpointSet<Address: Hashable & Sendable>: Equatable, Sendable {
    package struct Change: Equatable, Sendable {
        /// In the order of the answer.
        package var added: [Address]
        /// Idle connections are closed, requests under way finish.
        package var removed: [Address]

        package init(added: [Address] = [], removed: [Address] = []) {
            self.added = added
            self.removed = removed
        }

        package var isEmpty: Bool { self.added.isEmpty && self.removed.isEmpty }
    }

    package private(set) var addresses: [Address]

    package init(_ addresses: [Address] = []) { self.addresses = addresses }

    /// Takes in what a lookup found; nothing is not believed: a name server that has lost a name must not stop what works.
    package mutating func resolved(_ found: [Address]) -> Change {
        if found.isEmpty { return Change() }
        let (old, new) = (Set(self.addresses), Set(found))
        var change = Change()
        var seen: Set<Address> = []
        change.added = found.filter { !old.contains($0) && seen.insert($0).inserted }
        change.removed = self.addresses.filter { !new.contains($0) }
        self.addresses = self.addresses.filter(new.contains) + change.added
        return change
    }
}
