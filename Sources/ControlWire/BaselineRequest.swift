package import RolloutCore

/// `PUT /v1/models/{model}/versions/{version}/baseline`
package enum BaselineRequest: Equatable, Sendable {
    /// What the body says.
    case given(Baseline)
    /// What the model's stable version showed of late.
    case fromStable

    package init(_ document: JSONValue) throws(InvalidValue) {
        var reader = try JSONReader(document)
        guard let origin = try reader.optionalString("from") else {
            self = .given(try BaselineReader.read(document))
            return
        }
        guard origin == "stable" else { throw InvalidValue("can be 'stable' only; got '\(origin)'", at: "/from") }
        try reader.finish()
        self = .fromStable
    }
}
