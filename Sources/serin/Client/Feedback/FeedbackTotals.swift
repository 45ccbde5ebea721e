import ControlWire
import RolloutCore

/// What became of a file of labels.
struct FeedbackTotals: Equatable, Encodable {
    struct BadLine: Equatable, Encodable {
        let line: Int
        let reason: String
    }

    private(set) var sent = 0
    /// By result.
    private(set) var counts: [String: Int] = [:]
    /// The first ones; `badLines` counts all.
    private(set) var bad: [BadLine] = []
    private(set) var badLines = 0

    /// How many bad lines are told one by one.
    static let toldLimit = 20

    mutating func take(_ response: FeedbackResponse) {
        self.sent += response.items.count
        self.counts.merge(response.counts, uniquingKeysWith: +)
    }

    mutating func refuse(line: Int, reason: String) {
        self.badLines += 1
        if self.bad.count < Self.toldLimit { self.bad.append(BadLine(line: line, reason: reason)) }
    }

    func lines(_ painter: Painter) -> [String] {
        var table = TextTable("RESULT", "LABELS", "MEANING")
        table.rows = FeedbackResult.allCases.map { result in
            [.init(result.rawValue), .init("\(self.counts[result.rawValue] ?? 0)"), .init(result.meaning)]
        }
        var lines = ["\(self.sent) labels sent"] + table.lines(painter)
        if self.badLines > 0 {
            lines.append(painter.paint("✖ \(self.badLines) lines could not be used", .bad))
            lines += self.bad.map { "  line \($0.line): \($0.reason)" }
            if self.badLines > self.bad.count { lines.append("  … and \(self.badLines - self.bad.count) more") }
        }
        return lines
    }
}

extension FeedbackResult {
    fileprivate var meaning: String {
        switch self {
        case .counted: "counts from now on"
        case .duplicate: "the same was told before"
        case .conflicting: "another label was told before, which stays"
        case .unknown: "no such prediction is known yet; kept until it turns up"
        case .late: "its rollout has ended: kept, without effect on it"
        case .withoutPrediction: "nobody says what was predicted"
        case .notJudged: "its request was pinned, rescued or too late: no version is judged by it"
        }
    }
}
