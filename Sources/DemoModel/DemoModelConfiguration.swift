/// What one demonstration model server is told at its start.
package struct DemoModelConfiguration: Equatable, Sendable {
    /// Loopback unless told otherwise.
    package var host: String
    /// 0 lets the system choose; `DemoModelServer.port` then tells which it chose.
    package var port: Int
    /// The name in `/v2/models/{name}`; another name is answered with 404.
    package var modelName: String
    /// The only name accepted in `/versions/{version}`, and the `model_version` of every answer.
    package var version: String
    package var variant: DemoVariant
    package var faults: DemoFaults

    package init(
        host: String = "127.0.0.1",
        port: Int = 0,
        modelName: String = "digits",
        version: String? = nil,
        variant: DemoVariant = .v1,
        faults: DemoFaults = .none
    ) {
        self.host = host
        self.port = port
        self.modelName = modelName
        self.version = version ?? variant.rawValue
        self.variant = variant
        self.faults = faults
    }
}

/// Which trained classifier answers; both are good, see README.md for their accuracy.
package enum DemoVariant: String, CaseIterable, Sendable {
    /// Multinomial logistic regression.
    case v1
    /// One hidden layer of 24 rectified units.
    case v2
}
