import Glibc

/// `proxy-cost WORK COUNT` does one work COUNT times; whoever runs it counts what that takes. `proxy-cost gateway STABLE CANARY` proxies
/// to two ports.
@main
struct ProxyCost {
    private static let works: [String: @Sendable () throws -> any CostWork] = [
        "requestHead": { RequestHeadWork() },
        "answerHead": { AnswerHeadWork() },
        "chunkedBody": { ChunkedBodyWork() },
        "exchange": { try ExchangeWork() },
    ]

    static func main() throws {
        let words = CommandLine.arguments
        if words.count == 4, words[1] == "gateway", let stable = Int(words[2]), let canary = Int(words[3]) {
            try CostGateway.run(stable: stable, canary: canary)
            return
        }
        guard words.count == 3, let make = self.works[words[1]], let count = Int(words[2]), count >= 0 else {
            let works = self.works.keys.sorted().joined(separator: "|")
            self.fail("usage: proxy-cost \(works) COUNT | gateway STABLE CANARY")
        }
        let work = try make()
        for _ in 0..<count { work.once() }
    }

    private static func fail(_ text: String) -> Never {
        let line = "proxy-cost: \(text)\n"
        _ = unsafe write(STDERR_FILENO, line, line.utf8.count)
        exit(2)
    }
}
