/// Which places of the key space are compared: the canary's with all others, or with the baseline's alone.
struct PlaceSplit: Hashable, Sendable {
    enum Side: Hashable, Sendable { case canary, stable }

    private let canary: Weight
    /// Zero where all of stable's places are compared.
    private let baseline: Weight

    init(_ stratum: EvidenceStratum) {
        self.canary = stratum.canaryWeight
        self.baseline = stratum.baselineWeight
    }

    /// Nil for a place that isn't compared.
    func side(of place: Place) -> Side? {
        if place.isCanary(at: self.canary) { return .canary }
        return self.baseline == .zero || place.isBaseline(at: self.baseline) ? .stable : nil
    }

    var canaryPlaces: Int64 { Place.count(ofCanary: self.canary) }

    var stablePlaces: Int64 {
        self.baseline == .zero ? Place.count - self.canaryPlaces : Place.count(ofBaseline: self.baseline)
    }
}
