import HTTPWire
import ProxyCore
import RolloutCore

// MARK: - What requests and answers get on their way

extension TrafficLoop {
    /// The trace of a request, whose head was parsed into `requestHead`, that belongs to none.
    func beginTrace(_ source: RawSpan) -> TraceParent? {
        switch self.forwarding.trace {
        case .passes: return nil
        case .begins(let isSampled):
            if self.requestHead.hasValidTraceParent(in: source) { return nil }
            let trace = (high: self.random.next(), low: self.random.next())
            return TraceParent(trace: trace, parent: self.random.next(), isSampled: isSampled)
        }
    }

    /// Writes `Date` anew when its second is over.
    func tickDate() {
        let second = Int(self.wallTime.microseconds / 1_000_000)
        guard second != self.ownAnswerSecond else { return }
        self.ownAnswerSecond = second
        self.dateLine = "Date: " + String(decoding: HTTPDate(secondsSince1970: second).text, as: UTF8.self) + "\r\n"
    }
}
