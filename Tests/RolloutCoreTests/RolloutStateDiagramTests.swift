import Foundation
import Testing

@Suite("The diagram of a rollout's life")
struct RolloutStateDiagramTests {
    private static let document = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "docs/ARCHITECTURE.md")
    private static let hasDocument = FileManager.default.fileExists(atPath: document.path)
    private static let marker = "<!-- rollout-states -->"

    @Test("The document's state diagram is the one the machine has", .enabled(if: hasDocument))
    func documentIsTrue() throws {
        let parts = try String(contentsOf: Self.document, encoding: .utf8).components(separatedBy: Self.marker)

        let block = try #require(parts.count == 3 ? parts[1] : nil, "expected two \(Self.marker) in ARCHITECTURE.md")

        #expect(
            block.trimmingCharacters(in: .whitespacesAndNewlines) == "```mermaid\n\(RolloutStateDiagram.text)\n```"
        )
    }
}
