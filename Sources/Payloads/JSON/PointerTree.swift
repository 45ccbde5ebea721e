/// JSON Pointers (RFC 6901), in which a segment `*` stands for every element of an array, joined where they begin alike.
struct PointerTree: Sendable {
    struct Node: Sendable {
        fileprivate(set) var members: [(name: [UInt8], node: Int)] = []
        /// Where `*` leads.
        fileprivate(set) var every: Int?
        /// The pointer that ends here.
        fileprivate(set) var pointer: Int?
        /// Pointers that end here or below, before any `*`: one value each.
        fileprivate(set) var single: [Int] = []

        var hasBranches: Bool { !self.members.isEmpty || self.every != nil }
    }

    static let root = 0

    private(set) var nodes = [Node()]
    /// How many different pointers there are.
    private(set) var count = 0

    /// - Returns: The pointer's number; of two that are the same, the first one's. nil for a text that is no pointer.
    mutating func insert(_ pointer: String) -> Int? {
        guard pointer.utf8.first == UInt8(ascii: "/") else { return nil }
        var path = [Self.root]
        for segment in pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            path.append(self.child(String(segment), of: path[path.count - 1]))
        }
        let last = path[path.count - 1]
        if let known = self.nodes[last].pointer { return known }
        let number = self.count
        self.count += 1
        self.nodes[last].pointer = number
        for step in path.indices.reversed() {
            if step + 1 < path.count, self.nodes[path[step]].every == path[step + 1] { break }
            self.nodes[path[step]].single.append(number)
        }
        return number
    }

    private mutating func child(_ segment: String, of node: Int) -> Int {
        if segment == "*" {
            if let every = self.nodes[node].every { return every }
            self.nodes.append(Node())
            self.nodes[node].every = self.nodes.count - 1
        } else {
            let name = Self.unescaped(segment)
            if let known = self.nodes[node].members.first(where: { $0.name == name }) { return known.node }
            self.nodes.append(Node())
            self.nodes[node].members.append((name: name, node: self.nodes.count - 1))
        }
        return self.nodes.count - 1
    }

    /// `~1` is a slash and `~0` a tilde.
    private static func unescaped(_ segment: String) -> [UInt8] {
        var name: [UInt8] = []
        var isEscaped = false
        for byte in segment.utf8 {
            switch byte {
            case UInt8(ascii: "0") where isEscaped: name.append(UInt8(ascii: "~"))
            case UInt8(ascii: "1") where isEscaped: name.append(UInt8(ascii: "/"))
            case UInt8(ascii: "~"): break
            default: name.append(byte)
            }
            isEscaped = byte == UInt8(ascii: "~")
        }
        return name
    }

    /// The node under a member's key.
    func node(under node: Int, key: JSONText, of json: JSONCursor) -> Int? {
        let members = self.nodes[node].members
        if members.isEmpty { return nil }
        guard key.hasEscapes else {
            let bytes = json.bytes[key.start..<key.end]
            return members.first { $0.name.elementsEqual(bytes) }?.node
        }
        var name: [UInt8] = []
        json.append(key, to: &name)
        return members.first { $0.name == name }?.node
    }

    /// The node under an array's element.
    func node(under node: Int, element: Int) -> Int? {
        if let every = self.nodes[node].every { return every }
        if self.nodes[node].members.isEmpty { return nil }
        let name = Array("\(element)".utf8)
        return self.nodes[node].members.first { $0.name == name }?.node
    }
}
