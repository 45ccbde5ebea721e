/// Every target of the manifest has a row in `Rooms.imports`, and every row a target.
enum ManifestCheck {
    static func findings(in tree: SourceTree, rooms: Set<String>) -> [Finding] {
        guard let manifest = tree["Package.swift"] else { return [Finding("Package.swift", "is missing")] }
        let declared = Set(
            manifest.text.matches(of: /\.(?:target|executableTarget)\(\s*name: "(\w+)"/).map { String($0.output.1) }
        ).subtracting(self.testOnly)
        return declared.subtracting(rooms).sorted().map { Finding(manifest.path, "\($0) is not in Rooms.imports") }
            + rooms.subtracting(declared).sorted().map {
                Finding(manifest.path, "has no target \($0) of Rooms.imports")
            }
    }

    /// Code that only tests use stands under Tests/ and may import what it likes.
    private static let testOnly: Set = ["TestSupport", "TestCertificates"]
}
