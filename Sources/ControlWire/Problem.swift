/// RFC 9457. `type` is `about:blank` for what the status says by itself, else `urn:serin:problem:…`.
package struct Problem: Codable, Equatable, Sendable {
    package let type: String
    package let title: String
    package let status: Int
    package let detail: String
    /// JSON Pointer to the wrong field of the request's body.
    package let pointer: String?
    /// The rollout that stands in the way.
    package let rollout: Int64?

    package init(
        type: String = "about:blank",
        title: String,
        status: Int,
        detail: String,
        pointer: String? = nil,
        rollout: Int64? = nil
    ) {
        self.type = type
        self.title = title
        self.status = status
        self.detail = detail
        self.pointer = pointer
        self.rollout = rollout
    }
}
