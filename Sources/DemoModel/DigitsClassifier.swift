/// A feed-forward classifier of 8x8 digit images.
struct DigitsClassifier: Sendable {
    static let pixelCount = 64
    static let classCount = 10

    private let layers: [DenseLayer]
    private let darkestPixel: Double

    init(variant: DemoVariant, archive: DigitsArchive) throws(DigitsArchiveError) {
        let scale = Double(archive.weightScale)
        self.darkestPixel = Double(archive.darkestPixel)
        self.layers = try archive.version(variant).layers.map { layer in
            DenseLayer(
                weights: layer.weights.map { row in row.map { Double($0) / scale } },
                biases: layer.biases.map { Double($0) / scale },
                activation: layer.activation
            )
        }
    }

    /// - Parameter pixels: 64 finite numbers, row by row; the training data has `0...16`.
    /// - Returns: Ten probabilities that add up to 1.
    func probabilities(of pixels: some Collection<Double>) -> [Double] {
        precondition(pixels.count == Self.pixelCount)
        return self.layers.reduce(pixels.map { $0 / self.darkestPixel }) { values, layer in layer.outputs(of: values) }
    }
}
