/// Bins of equal width over 0...1.
enum UnitBins {
    /// ⌊bins · value⌋; 1 is in the last bin, as is all above it, and what is below 0 in the first.
    static func index(of value: Double, bins: Int) -> Int {
        Int(min(max((value * Double(bins)).rounded(.down), 0), Double(bins - 1)))
    }
}
