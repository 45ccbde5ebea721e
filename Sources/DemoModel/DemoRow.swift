import FoundationEssentials

/// A held-out image with its true digit: real input for the demonstration's clients.
package struct DemoRow: Equatable, Sendable {
    /// 64 values in `0...16`, row by row.
    package let pixels: [Int]
    /// The digit that was written, `0...9`.
    package let label: Int

    /// All 500 rows that neither classifier was trained on, in a fixed order.
    package static func heldOut() throws(DigitsArchiveError) -> [DemoRow] {
        let archive = try DigitsArchive.embedded()
        guard archive.heldOutRows.count == archive.heldOutLabels.count else {
            throw .rowMalformed(index: min(archive.heldOutRows.count, archive.heldOutLabels.count))
        }
        var rows: [DemoRow] = []
        rows.reserveCapacity(archive.heldOutRows.count)
        for (index, (row, label)) in zip(archive.heldOutRows, archive.heldOutLabels).enumerated() {
            let pixels = row.compactMap { Int(String($0), radix: archive.darkestPixel + 1) }
            guard pixels.count == DigitsClassifier.pixelCount, let label = label.wholeNumberValue else {
                throw .rowMalformed(index: index)
            }
            rows.append(DemoRow(pixels: pixels, label: label))
        }
        return rows
    }

    /// This row as the body of `POST /v2/models/{name}/infer`.
    ///
    /// - Parameter id: Echoed by the server; must need no escaping in JSON.
    package func requestBody(id: String) -> [UInt8] {
        let data = self.pixels.map(String.init).joined(separator: ",")
        let tensor = #"{"name":"input","shape":[1,64],"datatype":"FP32","data":[\#(data)]}"#
        return Array(#"{"id":"\#(id)","inputs":[\#(tensor)]}"#.utf8)
    }

    /// The digit in a server's answer to a one-row request, or `nil` when the body is no such answer.
    package static func digit(inAnswer body: [UInt8]) -> Int? {
        guard let answer = try? JSONDecoder().decode(PredictedDigits.self, from: Data(body)) else { return nil }
        return answer.outputs.first { $0.name == "predict" }?.data.first.map { Int($0) }
    }
}

/// As much of an answer as a client of the demonstration reads; probabilities are numbers too, hence `Double`.
private struct PredictedDigits: Decodable {
    struct Output: Decodable {
        let name: String
        let data: [Double]
    }

    let outputs: [Output]
}
