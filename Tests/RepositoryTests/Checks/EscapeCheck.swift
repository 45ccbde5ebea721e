/// Ways around the compiler's promises stand only where a table says why, and the table only shrinks.
enum EscapeCheck {
    enum Construct: String, CaseIterable {
        case uncheckedSendable = "@unchecked Sendable"
        case nonisolatedUnsafe = "nonisolated(unsafe)"
        case forcedTry = "try!"
        case forcedCast = "as!"
        case detachedTask = "Task.detached"
        case print = "print("
    }

    /// Exactly `count` uses of `construct` in the file at `path`.
    struct Permit {
        let path: String
        let construct: Construct
        let count: Int
        let reason: String
    }

    static func findings(in tree: SourceTree, permits: [Permit]) -> [Finding] {
        let uses = (tree.productSwift + tree.testSwift).flatMap { file in self.uses(in: file) }
        let unpermitted = uses.filter { use in
            !permits.contains { $0.path == use.path && $0.construct == use.construct }
        }
        let miscounted = permits.compactMap { permit -> Finding? in
            let found = uses.count { $0.path == permit.path && $0.construct == permit.construct }
            guard found != permit.count else { return nil }
            let advice = found < permit.count ? "lower or remove the permit" : "a permit covers what it was given for"
            return Finding(
                permit.path,
                "\(found) uses of `\(permit.construct.rawValue)`, the permit says \(permit.count): \(advice)"
            )
        }
        let unreasoned = permits.filter { $0.reason.words.count < 3 }.map {
            Finding($0.path, "the permit for `\($0.construct.rawValue)` gives no reason")
        }
        return unpermitted.map { Finding($0.path, line: $0.line, "`\($0.construct.rawValue)` without a permit") }
            + miscounted + unreasoned
    }

    private struct Use {
        let path: String
        let line: Int
        let construct: Construct
    }

    private static func uses(in file: SourceFile) -> [Use] {
        file.codeLines.enumerated().flatMap { index, line in
            Construct.allCases.flatMap { construct in
                Array(
                    repeating: Use(path: file.path, line: index + 1, construct: construct),
                    count: count(construct, in: line)
                )
            }
        }
    }

    /// A hit inside a longer word, such as `fingerprint(`, is none.
    private static func count(_ construct: Construct, in line: Substring) -> Int {
        line.ranges(of: construct.rawValue).count { range in
            guard range.lowerBound > line.startIndex else { return true }
            let before = line[line.index(before: range.lowerBound)]
            return !(before.isLetter || before.isNumber || before == "_" || before == ".")
        }
    }
}
