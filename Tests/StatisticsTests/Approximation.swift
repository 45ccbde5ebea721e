/// |a − b| at most `tolerance`, or the same infinity.
func isClose(_ a: Double?, _ b: Double?, within tolerance: Double) -> Bool {
    switch (a, b) {
    case (nil, nil): true
    case (let a?, let b?): a == b || abs(a - b) <= tolerance
    case (nil, _?), (_?, nil): false
    }
}

func areClose(_ a: [Double], _ b: [Double], within tolerance: Double) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { isClose($0, $1, within: tolerance) }
}
