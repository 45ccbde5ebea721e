import Testing

@Suite("Checks of everything else fail on a planted fault")
struct PlantedTextFaultTests {
    @Test("A left-over mark or a place on one machine")
    func leftovers() {
        let tree = SourceTree([
            "Sources/A/A.swift": "// TODO later\nlet path = \"/root/x\"\n",
            "Tests/ATests/A.swift": "let path = \"/tmp/x\"\nlet other = \"/work/x\"\n",
            "docs/a.md": "see https://example.org/work/x and var/tmp/x and TODOS\n",
        ])

        #expect(
            LeftoverCheck.findings(in: tree, permits: []) == [
                Finding("Sources/A/A.swift", line: 1, "`TODO`: finish it or take it out"),
                Finding("Sources/A/A.swift", line: 2, "`/root/` is a place on one machine"),
                Finding("Tests/ATests/A.swift", line: 2, "`/work/` is a place on one machine"),
            ]
        )
    }

    @Test("A permit for a place is needed, and needed for something")
    func machinePlacePermits() {
        let permit = LeftoverCheck.Permit(path: "Sources/A/A.swift", place: "/tmp/", reason: "short path for sockets")
        let used = SourceTree(["Sources/A/A.swift": "let path = \"/tmp/x\""])
        let unused = SourceTree(["Sources/A/A.swift": ""])

        #expect(LeftoverCheck.findings(in: used, permits: [permit]) == [])
        #expect(
            LeftoverCheck.findings(in: unused, permits: [permit])
                == [Finding("Sources/A/A.swift", "names `/tmp/` no more: remove its permit")]
        )
    }

    @Test(
        "A migration that is misnamed, missing, doubled, unpaired or silent",
        arguments: [
            (
                ["0001_create_a.up.sql", "0001_create_a.down.sql", "x.sql"],
                "is not named NNNN_verb_object.up.sql or .down.sql"
            ),
            (["0002_create_a.up.sql", "0002_create_a.down.sql"], "number 1 is missing"),
            (["0001_create_a.up.sql"], "0001_create_a needs both .up.sql and .down.sql"),
            (
                ["0001_create_a.up.sql", "0001_create_a.down.sql", "0001_add_b.up.sql", "0001_add_b.down.sql"],
                "number 1 is taken by 0001_add_b and 0001_create_a"
            ),
        ]
    )
    func migrations(names: [String], message: String) {
        let tree = SourceTree(
            Dictionary(uniqueKeysWithValues: names.map { ("migrations/\($0)", "-- Keeps the things.\n") })
        )

        #expect(MigrationCheck.findings(in: tree).map(\.message) == [message])
    }

    @Test("A migration that does not say why")
    func silentMigration() {
        let tree = SourceTree([
            "migrations/0001_create_a.up.sql": "CREATE TABLE a ();\n",
            "migrations/0001_create_a.down.sql": "-- Takes the things away again.\nDROP TABLE a;\n",
            "migrations/schema.sql": "CREATE TABLE a ();\n",
        ])

        #expect(
            MigrationCheck.findings(in: tree)
                == [Finding("migrations/0001_create_a.up.sql", line: 1, "starts with no comment that says why")]
        )
    }

    @Test("A link that leads nowhere")
    func links() {
        let tree = SourceTree([
            "README.md": """
            # Serin
            [good](docs/a.md#life-of-a-request) [self](#serin) [web](https://example.org/x) [folder](docs)
            [lost](docs/b.md) [heading](docs/a.md#death)
            ```
            [code](nowhere.md)
            ```
            """,
            "docs/a.md": "## Life of a request\n[up](../README.md) [too far](../../x.md)\n",
        ])

        #expect(
            LinkCheck.findings(in: tree) == [
                Finding("README.md", line: 3, "the link to docs/b.md leads nowhere"),
                Finding("README.md", line: 3, "docs/a.md has no heading #death"),
                Finding("docs/a.md", line: 2, "the link to ../../x.md leads nowhere"),
            ]
        )
    }

    @Test("An invariant without a test, or with one that does not exist")
    func invariants() {
        let tree = SourceTree([
            "docs/ARCHITECTURE.md": """
            ## Invariants
            1. Weights add up.
               Guarded by `WeightTests/addUp`.
            2. Nothing guards this one.
            3. Nor this: `WeightTests/gone`.
            ## Failures
            1. No invariant.
            """,
            "Tests/CoreTests/WeightTests.swift": "struct WeightTests {\n    func addUp() {}\n}\n",
        ])

        #expect(
            InvariantCheck.findings(in: tree) == [
                Finding("docs/ARCHITECTURE.md", line: 4, "names no test such as `GatewayTests/function`"),
                Finding("docs/ARCHITECTURE.md", line: 5, "there is no test WeightTests/gone"),
            ]
        )
        #expect(InvariantCheck.findings(in: SourceTree([:])) == [Finding("docs/ARCHITECTURE.md", "is missing")])
    }

    @Test("A make target without help")
    func makefile() {
        let tree = SourceTree(["Makefile": "NAME := x\ntest: deps ## Run the tests\nclean:\n\trm -rf .build\n"])

        #expect(MakefileCheck.findings(in: tree) == [Finding("Makefile", line: 3, "target clean has no `## help`")])
    }
}
