/// Why another system gave no number; shown with the check.
struct MetricFailure: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
