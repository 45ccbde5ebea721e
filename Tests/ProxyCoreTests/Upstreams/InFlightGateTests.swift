import ProxyCore
import Testing

private func at(_ milliseconds: Int64) -> LoopTime { LoopTime(microseconds: milliseconds * 1_000) }

@Suite("Limit of requests in flight")
struct InFlightGateTests {
    private func gate(_ inFlight: Int?, queue: Int = 10, patience: Int = 100) -> InFlightGate<String> {
        InFlightGate(limits: .init(inFlight: inFlight, queue: queue, patience: .milliseconds(patience)))
    }

    private func ticket(_ entry: InFlightGate<String>.Entry) throws -> InFlightGate<String>.Ticket {
        guard case .waits(let ticket) = entry else {
            Issue.record("it does not wait: \(entry)")
            throw CancellationError()
        }
        return ticket
    }

    @Test("Without a limit everyone goes in")
    func noLimit() {
        var gate = self.gate(nil)
        for _ in 0..<1_000 { #expect(gate.enter("", at: at(0)) == .admitted) }
        #expect(gate.inFlight == 1_000)
        #expect(gate.leave(at: at(0)) == nil)
        #expect(gate.inFlight == 999)
    }

    @Test("Beyond the limit they wait in their order, beyond the queue they are refused")
    func order() throws {
        var gate = self.gate(2, queue: 3)
        #expect(gate.enter("a", at: at(0)) == .admitted)
        #expect(gate.enter("b", at: at(0)) == .admitted)
        for name in ["c", "d", "e"] { _ = try self.ticket(gate.enter(name, at: at(0))) }
        #expect(gate.enter("f", at: at(0)) == .refused)

        var turns: [String?] = []
        for time in 1...5 { turns.append(gate.leave(at: at(Int64(time)))) }
        #expect(turns == ["c", "d", "e", nil, nil])
        #expect(gate.inFlight == 0 && gate.waiting == 0)
        var totals = GateTotals()
        (totals.queued, totals.refused, totals.waitMicroseconds) = (3, 1, 6_000)
        #expect(gate.totals == totals)
    }

    @Test("Who gives up is passed over, once, and makes room")
    func givingUp() throws {
        var gate = self.gate(1, queue: 2)
        _ = gate.enter("a", at: at(0))
        let first = try self.ticket(gate.enter("b", at: at(0)))
        let second = try self.ticket(gate.enter("c", at: at(0)))

        #expect(gate.giveUp(first) == true)
        #expect(gate.giveUp(first) == false)
        _ = try self.ticket(gate.enter("d", at: at(0)))
        #expect(gate.leave(at: at(1)) == "c")
        #expect(gate.giveUp(second) == false)
        #expect(gate.leave(at: at(1)) == "d")
    }

    @Test("Patience ends for the oldest first, and not for who has gone in")
    func patience() throws {
        var gate = self.gate(1, patience: 100)
        _ = gate.enter("a", at: at(0))
        let gone = try self.ticket(gate.enter("b", at: at(0)))
        _ = gate.enter("c", at: at(10))
        _ = gate.enter("d", at: at(20))
        gate.giveUp(gone)

        #expect(gate.expire(at: at(109)) == [])
        #expect(gate.expire(at: at(110)) == ["c"])
        #expect(gate.leave(at: at(115)) == "d")
        #expect(gate.expire(at: at(500)) == [])
        #expect(gate.totals.expired == 1)
    }

    @Test("Who doesn't wait goes in only when nobody waits")
    func atOnce() throws {
        var gate = self.gate(2)
        #expect(gate.enterAtOnce() == true)
        #expect(gate.enterAtOnce() == true)
        #expect(gate.enterAtOnce() == false)
        _ = gate.enter("a", at: at(0))
        #expect(gate.leave(at: at(0)) == "a")
        #expect(gate.enterAtOnce() == false)
    }

    @Test("Nobody is lost or let in twice, whatever the order of events", arguments: 1...10 as ClosedRange<UInt64>)
    func conservation(seed: UInt64) {
        var random = FastRandom(seed: seed)
        var gate = self.gate(5, queue: 300, patience: 50)
        var (entered, ended, next) = (0, 0, 0)
        var waiting: [String: InFlightGate<String>.Ticket] = [:]
        for step in 0..<20_000 as Range<Int64> {
            switch random.next() % 8 {
            case 0...3:
                next += 1
                switch gate.enter("\(next)", at: at(step)) {
                case .admitted: entered += 1
                case .waits(let ticket): waiting["\(next)"] = ticket
                case .refused: #expect(waiting.count == 300)
                }
            case 4...6 where entered > ended:
                ended += 1
                if let turn = gate.leave(at: at(step)) {
                    #expect(waiting.removeValue(forKey: turn) != nil)
                    entered += 1
                }
            case 7:
                if let leaver = waiting.keys.min(), let ticket = waiting.removeValue(forKey: leaver) {
                    #expect(gate.giveUp(ticket) == true)
                }
            case _: for name in gate.expire(at: at(step)) { #expect(waiting.removeValue(forKey: name) != nil) }
            }
            #expect(gate.inFlight == entered - ended && gate.inFlight <= 5 && gate.waiting == waiting.count)
        }
        #expect(gate.totals.queued > 1_000, "seed \(seed)")
    }
}
