/// Whether a deviation counts in one direction or in both.
package enum Sides: Sendable, Hashable {
    case one
    case two
}
