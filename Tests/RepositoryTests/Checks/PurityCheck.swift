/// The pure rooms read no clock, draw no randomness and touch nothing outside: a decision can be replayed.
enum PurityCheck {
    static func findings(in tree: SourceTree, pureRooms: Set<String>) -> [Finding] {
        tree.productSwift.filter { $0.room.map(pureRooms.contains) ?? false }.flatMap { file in
            file.codeLines.enumerated().flatMap { index, line in
                self.impurities(of: line).map { Finding(file.path, line: index + 1, $0) }
            }
        }
    }

    private static func impurities(of line: Substring) -> [String] {
        var messages = Self.banned.filter { line.contains($0.text) }.map { "`\($0.text)`: \($0.reason)" }
        let isRandom = Self.randomCalls.contains { line.contains($0) }
        if isRandom, !line.contains("using:") {
            messages.append("randomness without `using:` takes the system's generator: pass one in")
        }
        return messages
    }

    private static let randomCalls = [".random(", ".shuffled(", ".shuffle(", ".randomElement("]

    private static let banned: [(text: String, reason: String)] = [
        ("Date(", "a pure room is told the time"),
        ("ContinuousClock", "a pure room is told the time"),
        ("SuspendingClock", "a pure room is told the time"),
        ("clock_gettime", "a pure room is told the time"),
        ("DispatchTime", "a pure room is told the time"),
        ("Task.sleep", "a pure room never waits"),
        ("SystemRandomNumberGenerator", "a pure room is given its generator"),
        ("Hasher(", "Swift's hashes differ from process to process"),
        (".hashValue", "Swift's hashes differ from process to process"),
        ("ProcessInfo", "a pure room reads no environment"),
        ("getenv", "a pure room reads no environment"),
    ]
}
