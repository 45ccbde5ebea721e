/// Where the time of answered requests went: sums in microseconds.
package struct LatencyParts: Hashable, Sendable {
    package var requests: Int64
    /// From the complete head to the request being sent: waiting for a connection.
    package var connect: Int64
    /// From there to the first byte of the answer: the version thinking.
    package var firstByte: Int64
    /// From there to the last byte of the answer.
    package var transfer: Int64

    package init(requests: Int64 = 0, connect: Int64 = 0, firstByte: Int64 = 0, transfer: Int64 = 0) {
        self.requests = requests
        self.connect = connect
        self.firstByte = firstByte
        self.transfer = transfer
    }

    package mutating func merge(_ other: LatencyParts) {
        self.requests += other.requests
        self.connect += other.connect
        self.firstByte += other.firstByte
        self.transfer += other.transfer
    }
}
