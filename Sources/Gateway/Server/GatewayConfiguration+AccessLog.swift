extension GatewayConfiguration {
    /// Which requests are written down, and where.
    package struct AccessLog: Hashable, Sendable {
        package enum Destination: Hashable, Sendable {
            case standardOutput
            /// Appended to, and opened again by `GatewayServer.reopenAccessLog`.
            case file(String)
        }

        package var destination: Destination
        /// Of the requests that didn't fail, 0 to 1; those that failed are always written.
        package var share: Double

        package init(destination: Destination, share: Double = 1) {
            self.destination = destination
            self.share = share
        }
    }
}
