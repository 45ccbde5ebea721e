/// The members of a `Connection` value: names of options and of fields, between commas (RFC 9110 section 7.6.1).
enum ConnectionOptions {
    /// Calls `body` with each member that is not empty.
    @inline(__always)
    static func forEach(in value: UnsafePointer<UInt8>, _ count: Int, _ body: (UnsafePointer<UInt8>, Int) -> Void) {
        var start = 0
        while start < count {
            var end = start
            while end < count, value[end] != Octet.comma { end &+= 1 }
            var first = start
            var last = end
            while first < last, Octet.isBlank(value[first]) { first &+= 1 }
            while last > first, Octet.isBlank(value[last - 1]) { last &-= 1 }
            if first < last { body(value + first, last - first) }
            start = end + 1
        }
    }

    /// Whether the name of `nameCount` octets is a member, letters compared without case.
    static func contain(
        _ name: UnsafePointer<UInt8>,
        _ nameCount: Int,
        in value: UnsafePointer<UInt8>,
        _ count: Int
    ) -> Bool {
        var isContained = false
        self.forEach(in: value, count) { member, memberCount in
            if memberCount == nameCount, matchesIgnoringCase(member, name, count: nameCount) { isContained = true }
        }
        return isContained
    }
}
