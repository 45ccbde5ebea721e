/// What may be kept of an exchange's bodies.
package struct RedactedPayload: Hashable, Sendable {
    package let request: String
    package let response: String
}
