import Testing

@Suite("Checks of code fail on a planted fault")
struct PlantedCodeFaultTests {
    @Test("A banned import, however it is written, and an unknown room")
    func bannedImport() {
        let tree = SourceTree([
            "Sources/Pure/A.swift": "import Foundation\npackage import struct Foundation.URL\n// import Foundation\n",
            "Sources/Pure/B.swift": "@preconcurrency import Logging\nimport Numbers\n",
            "Sources/New/C.swift": "import Numbers\n",
        ])

        let findings = ImportCheck.findings(in: tree, rooms: ["Pure": ["Numbers"]])

        #expect(
            findings == [
                Finding("Sources/New/C.swift", "room New is not in Rooms.imports: add it with what it may import"),
                Finding("Sources/Pure/A.swift", line: 1, "Pure must not import Foundation"),
                Finding("Sources/Pure/A.swift", line: 2, "Pure must not import Foundation"),
                Finding("Sources/Pure/B.swift", line: 1, "Pure must not import Logging"),
            ]
        )
    }

    @Test("A target without a row, and a row without a target")
    func manifest() {
        let tree = SourceTree([
            "Package.swift":
                ".target(name: \"A\"),\n.executableTarget(\n    name: \"B\"), .target(name: \"TestSupport\")"
        ])

        let findings = ManifestCheck.findings(in: tree, rooms: ["A", "C"])

        #expect(
            findings == [
                Finding("Package.swift", "B is not in Rooms.imports"),
                Finding("Package.swift", "has no target C of Rooms.imports"),
            ]
        )
    }

    @Test(
        "A clock or a source of randomness in a pure room",
        arguments: [
            "let now = Date()", "let clock = ContinuousClock()", "Int.random(in: 0..<3)", "list.shuffled()",
            "var g = SystemRandomNumberGenerator()", "clock_gettime(CLOCK_REALTIME, &time)", "key.hashValue",
        ]
    )
    func impurity(line: String) {
        let tree = SourceTree(["Sources/Pure/A.swift": "\n\(line)\n", "Sources/Shell/B.swift": line])

        let findings = PurityCheck.findings(in: tree, pureRooms: ["Pure"])

        #expect(findings.map(\.path) == ["Sources/Pure/A.swift"])
        #expect(findings.map(\.line) == [2])
    }

    @Test("A given generator is pure, and so is a comment about a clock")
    func pure() {
        let tree = SourceTree([
            "Sources/Pure/A.swift": "Int.random(in: 0..<3, using: &generator) // not Date()\nlet s = \"Date()\""
        ])

        #expect(PurityCheck.findings(in: tree, pureRooms: ["Pure"]) == [])
    }

    @Test(
        "A way around the compiler without a permit",
        arguments: zip(
            [
                "struct S: @unchecked Sendable {}", "nonisolated(unsafe) var x = 1", "try! f()", "x as! Y",
                "Task.detached {}", "print(1)",
            ],
            EscapeCheck.Construct.allCases
        )
    )
    func escape(line: String, construct: EscapeCheck.Construct) {
        let tree = SourceTree(["Sources/A/A.swift": line])

        #expect(
            EscapeCheck.findings(in: tree, permits: [])
                == [Finding("Sources/A/A.swift", line: 1, "`\(construct.rawValue)` without a permit")]
        )
    }

    @Test("A permit covers what it was given for, no more and no less")
    func permits() {
        let tree = SourceTree([
            "Sources/A/A.swift": "try! f(); try! g()", "Sources/A/B.swift": "fingerprint(x); debug.print(x)",
        ])
        func findings(count: Int, reason: String = "because of this") -> [Finding] {
            let permit = EscapeCheck.Permit(
                path: "Sources/A/A.swift",
                construct: .forcedTry,
                count: count,
                reason: reason
            )
            return EscapeCheck.findings(in: tree, permits: [permit])
        }

        #expect(findings(count: 2) == [])
        #expect(findings(count: 1).count == 1)
        #expect(findings(count: 3).count == 1)
        #expect(
            findings(count: 2, reason: "") == [Finding("Sources/A/A.swift", "the permit for `try!` gives no reason")]
        )
    }

    @Test("A file or function over its limit, with and without a debt")
    func lengths() {
        let body = String(repeating: "    f()\n", count: 70)
        let tree = SourceTree([
            "Sources/A/Long.swift": String(repeating: "//\n", count: 501),
            "Sources/A/Function.swift": "func f() {\n\(body)}\nfunc g() {\n}\n",
        ])
        let debts = [
            LengthCheck.Debt(place: "Sources/A/Long.swift", lines: 501),
            LengthCheck.Debt(place: "Sources/A/Function.swift:f", lines: 72),
        ]

        #expect(LengthCheck.findings(in: tree, debts: debts) == [])
        #expect(
            LengthCheck.findings(in: tree, debts: []) == [
                Finding("Sources/A/Function.swift", line: 1, "72 lines, the limit is 70"),
                Finding("Sources/A/Long.swift", "501 lines, the limit is 500"),
            ]
        )
        #expect(
            LengthCheck.findings(
                in: tree,
                debts: [.init(place: "Sources/A/Long.swift", lines: 600)] + debts.dropFirst()
            )
                == [Finding("Sources/A/Long.swift", "501 lines, its debt is 600: lower the debt")]
        )
        #expect(
            LengthCheck.findings(in: tree, debts: debts + [.init(place: "Sources/A/Function.swift:g", lines: 99)])
                == [Finding("Sources/A/Function.swift:g", "is within its limit now: remove its debt")]
        )
    }

    @Test("A name that says nothing, and a file that is named after nothing")
    func names() {
        let tree = SourceTree([
            "Sources/A/Pool.swift": "package final class PoolManager {}\nextension Pool {}",
            "Sources/A/Other+Part.swift": "extension Outer.Other {}",
            "Sources/A/ExchangeHandler.swift": "final class ExchangeHandler: ChannelInboundHandler {}",
            "Sources/A/Lost.swift": "struct Found {}\nextension FoundationData {}",
            "Sources/A/PoolLimits.swift": "extension Pool {\n    struct Limits {}\n}",
            "Sources/A/MeanOfTwo.swift": "package func meanOfTwo() {}",
        ])
        let lost = NamingCheck.Permit(path: "Sources/A/Lost.swift", reason: "keeps what was found")
        let pool = NamingCheck.Permit(path: "Sources/A/Pool.swift", reason: "is not needed at all")

        #expect(
            NamingCheck.findings(in: tree, permits: []) == [
                Finding("Sources/A/Pool.swift", line: 1, "PoolManager: `Manager` says nothing, name the concept"),
                Finding("Sources/A/Lost.swift", "declares or extends no Lost"),
            ]
        )
        #expect(
            NamingCheck.findings(in: tree, permits: [lost, pool]) == [
                Finding("Sources/A/Pool.swift", line: 1, "PoolManager: `Manager` says nothing, name the concept"),
                Finding("Sources/A/Pool.swift", "is named after its content, or gone: remove its permit"),
            ]
        )
    }

    @Test("A number without its unit")
    func units() {
        let tree = SourceTree([
            "Sources/Pure/A.swift": """
            package let errorRate: Double
            /// In 0...1.
            package let share: Double
            let latency: Double
            package let latencySeconds: Double
            package let latency: LatencyHistogram
            package func f(limit: Int) {}
            /// Seconds.
            @inlinable
            package func duration() -> Double { 1 }
            """
        ])

        #expect(
            UnitDocumentationCheck.findings(in: tree, rooms: ["Pure"]) == [
                Finding("Sources/Pure/A.swift", line: 1, "errorRate needs a doc comment with its unit and range"),
                Finding("Sources/Pure/A.swift", line: 7, "limit needs a doc comment with its unit and range"),
            ]
        )
    }
}
