import Testing

/// Each check has its own test, in the suites beside this one, that it fails on a planted fault.
@Suite("The repository keeps the rules of the house")
struct RepositoryTests {
    private let tree: SourceTree

    init() throws {
        self.tree = try SourceTree.repository.get()
    }

    @Test("The tree was found")
    func treeIsFound() {
        #expect(self.tree.productSwift.count > 50)
        #expect(self.tree["Package.swift"] != nil)
    }

    @Test("Each room imports only what it may")
    func imports() {
        self.expectNone(ImportCheck.findings(in: self.tree, rooms: Rooms.imports))
    }

    @Test("The manifest and the table of rooms agree")
    func manifest() {
        self.expectNone(ManifestCheck.findings(in: self.tree, rooms: Set(Rooms.imports.keys)))
    }

    @Test("The pure rooms stay pure")
    func purity() {
        self.expectNone(PurityCheck.findings(in: self.tree, pureRooms: Rooms.pure))
    }

    @Test("Ways around the compiler have a permit")
    func escapes() {
        self.expectNone(EscapeCheck.findings(in: self.tree, permits: Exceptions.escapes))
    }

    @Test("Files and functions are short")
    func lengths() {
        self.expectNone(LengthCheck.findings(in: self.tree, debts: Exceptions.lengths))
    }

    @Test("Names say something, and files are named after their types")
    func names() {
        self.expectNone(NamingCheck.findings(in: self.tree, permits: Exceptions.topicFiles))
    }

    @Test("Nothing half-done, nobody's machine")
    func leftovers() {
        self.expectNone(LeftoverCheck.findings(in: self.tree, permits: Exceptions.machinePlaces))
    }

    @Test("Migrations are numbered, paired and say why")
    func migrations() {
        self.expectNone(MigrationCheck.findings(in: self.tree))
    }

    @Test("Links lead somewhere")
    func links() {
        self.expectNone(LinkCheck.findings(in: self.tree))
    }

    @Test("Every invariant names its test")
    func invariants() {
        self.expectNone(InvariantCheck.findings(in: self.tree))
    }

    @Test("Numbers that cross rooms say their unit")
    func units() {
        self.expectNone(UnitDocumentationCheck.findings(in: self.tree, rooms: ["Statistics", "RolloutCore"]))
    }

    @Test("Every make target has help")
    func makefile() {
        self.expectNone(MakefileCheck.findings(in: self.tree))
    }

    /// Says each finding once; an expectation would print the list a second time.
    private func expectNone(_ findings: [Finding], sourceLocation: SourceLocation = #_sourceLocation) {
        guard !findings.isEmpty else { return }
        let text = findings.map(\.description).joined(separator: "\n")
        Issue.record(Comment(rawValue: text), sourceLocation: sourceLocation)
    }
}
