/// A number as it was written.
struct JSONNumber {
    /// The nearest `Double`; not finite for `NaN`, `Infinity` and what is too large.
    let value: Double
    /// Whether it has a fraction or an exponent.
    let isFloating: Bool
}
