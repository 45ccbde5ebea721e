package import RolloutCore

/// `POST /v1/models/{model}/rollback|restore|promote|pause|resume|start`
package struct CommandRequest: Equatable, Sendable {
    /// For the record: 1…1 000 Unicode scalars, so at most 4 000 bytes: one event must never fill a follower's stream.
    package let reason: String
    /// The rollout the caller means; absent for the open one.
    package let rollout: RolloutID?
    /// Only for `start`.
    package let version: VersionName?
    package let supersede: Bool

    /// - Parameter startsVersion: Whether the command is `start`, which names a version and no rollout.
    package init(_ document: JSONValue, startsVersion: Bool) throws(InvalidValue) {
        var reader = try JSONReader(document)
        let reason = try reader.string("reason")
        guard (1...1_000).contains(reason.unicodeScalars.count), reason.contains(where: { !$0.isWhitespace }) else {
            throw InvalidValue(
                "must be 1 to 1000 characters, not all blank: it is kept with the decision",
                at: "/reason"
            )
        }
        self.reason = reason
        if startsVersion {
            let text = try reader.string("version")
            do { self.version = try VersionName(text) } catch { throw error.under("version") }
            self.supersede = try reader.bool("supersede", default: false)
            self.rollout = nil
        } else {
            self.rollout = try reader.optionalInteger("rollout").map { RolloutID(Int64($0)) }
            self.version = nil
            self.supersede = false
        }
        try reader.finish()
    }
}
