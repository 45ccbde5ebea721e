import ProxyCore
import RolloutCore

/// One event loop's end of the tap: bounds what captures hold, and hands exchanges over in batches. Confined to that loop.
struct TapFeed {
    /// Why a request that was drawn is not looked at.
    enum Omission {
        case oversized
        /// The tap has no room.
        case dropped
    }

    /// So many are handed over at once; the rest goes with the next tick.
    private static let batch = 32
    /// So many wait at most while the tap's thread is in the way.
    private static let waitingLimit = 256

    private let tap: PayloadTap
    private let byteLimit: Int
    /// Held by captures under way and by exchanges that wait here.
    private var heldBytes = 0
    private var waiting: [TapExchange] = []
    private var omissions: [TelemetryCell.Key: PayloadTally] = [:]

    init(_ tap: PayloadTap, byteLimit: Int) {
        self.tap = tap
        self.byteLimit = byteLimit
    }

    var hasRoom: Bool { self.heldBytes < self.byteLimit }

    /// Captures hold so much more than before, or less.
    ///
    /// - Returns: false when that is more than they may.
    mutating func hold(_ bytes: Int) -> Bool {
        self.heldBytes += bytes
        return self.hasRoom
    }

    mutating func omit(_ key: TelemetryCell.Key, _ omission: Omission) {
        switch omission {
        case .oversized: self.omissions[key, default: PayloadTally()].oversized += 1
        case .dropped: self.omissions[key, default: PayloadTally()].dropped += 1
        }
    }

    /// Takes what came of a capture that has ended and held so many bytes.
    mutating func add(_ exchange: TapExchange?, insteadOf bytes: Int) {
        self.heldBytes -= bytes
        guard let exchange else { return }
        guard self.waiting.count < Self.waitingLimit else {
            self.omit(exchange.key, .dropped)
            return
        }
        self.waiting.append(exchange)
        self.heldBytes += exchange.heldBytes
        if self.waiting.count.isMultiple(of: Self.batch) { self.handOver() }
    }

    /// Hands over what waits, unless that means to wait for another thread.
    mutating func handOver() {
        if self.waiting.isEmpty { return }
        guard let refused = self.tap.offer(self.waiting) else { return }
        for exchange in self.waiting.suffix(refused) { self.omit(exchange.key, .dropped) }
        self.heldBytes -= self.waiting.reduce(0) { $0 + $1.heldBytes }
        self.waiting.removeAll(keepingCapacity: true)
    }

    /// Takes out what was counted since the last time.
    mutating func drain() -> [TelemetryCell] {
        defer { self.omissions.removeAll() }
        return self.omissions.map { key, payloads in
            TelemetryCell(key: key, tally: CohortTally(detail: CohortDetail(payloads: payloads)))
        }
    }
}
