import Glibc

/// One fully connected layer: `activation(weights · inputs + biases)`.
struct DenseLayer: Sendable {
    enum Activation: String, Decodable {
        case relu
        case softmax
    }

    /// A row per output, a column per input.
    let weights: [[Double]]
    let biases: [Double]
    let activation: Activation

    func outputs(of inputs: [Double]) -> [Double] {
        let sums = zip(self.weights, self.biases).map { row, bias in
            zip(row, inputs).reduce(bias) { sum, pair in sum + pair.0 * pair.1 }
        }
        switch self.activation {
        case .relu: return sums.map { max(0, $0) }
        case .softmax: return Self.softmax(sums)
        }
    }

    /// Shifted by the largest value, so that no exponential overflows.
    private static func softmax(_ values: [Double]) -> [Double] {
        let largest = values.max() ?? 0
        let exponentials = values.map { exp($0 - largest) }
        let total = exponentials.reduce(0, +)
        return exponentials.map { $0 / total }
    }
}
