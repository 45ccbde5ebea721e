package import RolloutCore

/// `POST /v1/models/{model}/pin-tokens` and `POST /v1/pin-tokens`
package struct PinTokenRequest: Equatable, Sendable {
    /// Nil for every version.
    package let version: VersionName?
    /// 60…2 592 000.
    package let validSeconds: Int

    private static let defaultSeconds = 3_600

    /// - Parameter namesVersion: Whether a version may be named: only where the model is.
    package init(_ document: JSONValue, namesVersion: Bool) throws(InvalidValue) {
        var reader = try JSONReader(document)
        var version: VersionName?
        if namesVersion, let text = try reader.optionalString("version") {
            do { version = try VersionName(text) } catch { throw error.under("version") }
        }
        self.version = version
        self.validSeconds = try reader.integer("validSeconds", default: Self.defaultSeconds)
        try reader.finish()
        let allowed = PinToken.validity
        guard allowed.contains(self.validSeconds) else {
            throw InvalidValue("must be \(allowed.lowerBound) to \(allowed.upperBound)", at: "/validSeconds")
        }
    }
}
