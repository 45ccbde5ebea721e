import RealModule

/// The matrix of J. Durbin 1973 whose power says how likely a distribution function stays within a band.
struct DurbinMatrix {
    private let halfSize: Int
    private let size: Int
    private let entries: [Double]

    /// - Parameters:
    ///   - halfSize: k, the width of the band in rows, rounded up.
    ///   - excess: by how much it was rounded up, in 0..<1.
    init(halfSize: Int, excess: Double) {
        let size = 2 * halfSize - 1
        /// 1/j!
        let inverseFactorials = (1...size).reduce(into: [1.0]) { $0.append($0[$0.count - 1] / Double($1)) }
        var edge = (1...size).map { (1 - .pow(excess, $0)) * inverseFactorials[$0] }
        let corner = .pow(max(2 * excess - 1, 0), size) - 2 * .pow(excess, size)
        edge[size - 1] = (1 + corner) * inverseFactorials[size]
        var entries = Array(repeating: 0.0, count: size * size)
        for row in 0..<size {
            for column in 1..<max(size, 1) where column <= row + 1 {
                entries[row * size + column] = inverseFactorials[row + 1 - column]
            }
            entries[row * size] = edge[row]
        }
        for column in 0..<size { entries[(size - 1) * size + column] = edge[size - 1 - column] }
        (self.halfSize, self.size, self.entries) = (halfSize, size, entries)
    }

    /// The middle entry of the matrix to a power, as value·2^exponent.
    func centre(ofPower power: Int) -> (value: Double, exponent: Int) {
        var result = (0..<size * size).map { $0 / size == $0 % size ? 1.0 : 0 }
        var (square, remaining) = (entries, power)
        var (resultExponent, squareExponent) = (0, 0)
        while remaining > 0 {
            if !remaining.isMultiple(of: 2) {
                result = product(result, square)
                resultExponent += squareExponent
                resultExponent += normalise(&result)
            }
            remaining /= 2
            guard remaining > 0 else { break }
            square = product(square, square)
            squareExponent *= 2
            squareExponent += normalise(&square)
        }
        return (result[(halfSize - 1) * size + halfSize - 1], resultExponent)
    }

    /// Divides by the power of two of the largest entry and returns its exponent.
    private func normalise(_ entries: inout [Double]) -> Int {
        guard let largest = entries.max(), largest > 0 else { return 0 }
        let exponent = Int(largest.exponent)
        let scale = Double(sign: .plus, exponent: -exponent, significand: 1)
        for index in entries.indices { entries[index] *= scale }
        return exponent
    }

    private func product(_ a: [Double], _ b: [Double]) -> [Double] {
        var product = Array(repeating: 0.0, count: size * size)
        for row in 0..<size {
            for inner in 0..<size {
                let factor = a[row * size + inner]
                guard factor != 0 else { continue }
                for column in 0..<size { product[row * size + column] += factor * b[inner * size + column] }
            }
        }
        return product
    }
}
