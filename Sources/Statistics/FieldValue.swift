/// A value as it arrived in a request or response, before it is known to be what was declared.
package enum FieldValue: Sendable, Hashable {
    case missing
    case number(Double)
    case text(String)
}
