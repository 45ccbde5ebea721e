/// First in, first out, within a bound on number and bytes; what doesn't fit is refused.
///
/// Elements that were taken out go on counting until they are given up, so the bound holds for what is being worked on, too.
struct BoundedQueue<Element: Sendable>: Sendable {
    private let countLimit: Int
    private let byteLimit: Int
    private var elements: [(element: Element, bytes: Int)] = []
    /// Elements before it were taken out.
    private var first = 0
    /// Taken out and not given up yet.
    private var outside = 0
    /// Bytes of everything that counts.
    private(set) var bytes = 0

    init(countLimit: Int, byteLimit: Int) {
        precondition(countLimit > 0 && byteLimit > 0, "a queue must hold something")
        self.countLimit = countLimit
        self.byteLimit = byteLimit
    }

    /// Elements that wait.
    var count: Int { self.elements.count - self.first }
    var isEmpty: Bool { self.count == 0 }

    /// - Returns: false when there is no room.
    mutating func append(_ element: Element, bytes: Int) -> Bool {
        guard self.count + self.outside < self.countLimit, self.bytes + bytes <= self.byteLimit else { return false }
        self.elements.append((element, bytes))
        self.bytes += bytes
        return true
    }

    /// Takes out the oldest elements; tell `giveUp` when they are no longer held.
    mutating func take(atMost limit: Int) -> (elements: [Element], bytes: Int) {
        let end = self.first + min(self.count, limit)
        var result = (elements: [Element](), bytes: 0)
        result.elements.reserveCapacity(end - self.first)
        for index in self.first..<end {
            result.elements.append(self.elements[index].element)
            result.bytes += self.elements[index].bytes
        }
        self.outside += end - self.first
        self.first = end
        if self.first == self.elements.count {
            self.elements.removeAll(keepingCapacity: self.elements.count <= 1_024)
            self.first = 0
        } else if self.first >= 1_024 {
            self.elements.removeFirst(self.first)
            self.first = 0
        }
        return result
    }

    /// Elements that were taken out are no longer held.
    mutating func giveUp(count: Int, bytes: Int) {
        self.outside -= count
        self.bytes -= bytes
        precondition(self.outside >= 0 && self.bytes >= 0, "only what was taken out can be given up")
    }
}
