package import Sockets

extension GatewayConfiguration {
    /// Which connections have TLS.
    package struct Security: Sendable {
        /// Makes the sessions of clients; nil takes only plain connections.
        package var clients: (any SecureAcceptor)?
        /// Where clients connect with TLS while `host` and `port` stay plain; nil: all that listens has TLS when `clients` is there.
        package var address: (host: String, port: Int)?
        /// Makes the sessions with `https` upstreams; without it none of them can be connected.
        package var upstreams: (any SecureConnector)?

        package init(
            clients: (any SecureAcceptor)? = nil,
            address: (host: String, port: Int)? = nil,
            upstreams: (any SecureConnector)? = nil
        ) {
            self.clients = clients
            self.address = address
            self.upstreams = upstreams
        }
    }
}
