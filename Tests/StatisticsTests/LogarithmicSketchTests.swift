import Testing

@testable import Statistics

@Suite("Logarithmic sketch")
struct LogarithmicSketchTests {
    /// Reference values: ddsketch 3.0.1.
    @Test("Quantiles of negative values, zeros and positive values agree with the reference")
    func reference() {
        var sketch = LogarithmicSketch(relativeAccuracy: 0.02)
        for value in [-12.5, -3, -0.25, 0, 0, 0.5, 1, 2.75, 40, 1000] { sketch.add(value) }
        let expected = [
            (0, -12.681429864101343), (0.1, -12.681429864101343), (0.3, -0.25148194427081255), (0.35, 0), (0.5, 0),
            (0.6, 0.49643962914476947), (0.75, 0.98), (0.99, 40.4591738159193), (1, 992.989590244177),
        ]
        for (q, value) in expected { #expect(isClose(sketch.quantile(q), value, within: 1e-9)) }
    }

    @Test("Merged parts are the whole, and every quantile is within the accuracy of the value at its rank")
    func merging() throws {
        let seed: UInt64 = 121
        var random = SplitMix64(seed: seed)
        let values = (0..<500).map { _ in (random.unit() - 0.3) * 1000 }
        var whole = LogarithmicSketch(relativeAccuracy: 0.01)
        var parts = Array(repeating: whole, count: 3)
        for (index, value) in values.enumerated() {
            whole.add(value)
            parts[index % 3].add(value)
        }
        let merged = parts.dropFirst().reduce(into: parts[0]) { $0.merge($1) }
        #expect(merged == whole)
        for step in 0...50 {
            let q = Double(step) / 50
            let exact = values.sorted()[Int(q * 499)]
            let estimate = try #require(merged.quantile(q))
            #expect(abs(estimate - exact) <= 0.01 * abs(exact) + 1e-12, "seed \(seed) at \(q)")
        }
    }

    @Test("What is not a finite number is not counted, and nothing has no quantile")
    func notFinite() {
        var sketch = LogarithmicSketch(relativeAccuracy: 0.01)
        sketch.add(.nan)
        sketch.add(.infinity)
        #expect(sketch.count == 0)
        #expect(sketch.quantile(0.5) == nil)
    }
}
