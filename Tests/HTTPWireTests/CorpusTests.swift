import Foundation
import Testing

@Suite("What the fuzzer kept")
struct CorpusTests {
    /// `Tests/Fuzz/corpus`, one input to a line.
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../Fuzz/corpus").standardized

    private func inputs(_ property: WireProperty) throws -> [[UInt8]] {
        let file = Self.folder.appendingPathComponent("\(property.rawValue).base64")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        return try lines.map { line in [UInt8](try #require(Data(base64Encoded: String(line)), "\(line)")) }
    }

    @Test("No kept input breaks its property", arguments: WireProperty.allCases)
    func replay(_ property: WireProperty) throws {
        let inputs = try self.inputs(property)

        #expect(inputs.count > 50)
        for input in inputs {
            if let fault = property.fault(in: input) { Issue.record("\(text(input).debugDescription): \(fault)") }
        }
    }

    @Test("Kept inputs that are changed a little don't either", arguments: WireProperty.allCases)
    func mutation(_ property: WireProperty) throws {
        let inputs = try self.inputs(property)
        var random = SplitMix(state: 20)
        for round in 0..<300 {
            var input = try #require(inputs.randomElement(using: &random))
            let other = try #require(inputs.randomElement(using: &random))
            if let cut = input.indices.randomElement(using: &random) {
                switch Int.random(in: 0..<3, using: &random) {
                case 0: input[cut] = UInt8.random(in: 0...255, using: &random)
                case 1: input.remove(at: cut)
                case _: input = input[..<cut] + other.suffix(other.count / 2)
                }
            }
            if let fault = property.fault(in: input) {
                Issue.record("round \(round), \(text(input).debugDescription): \(fault)")
            }
        }
    }
}
