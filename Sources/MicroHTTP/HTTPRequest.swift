/// What is known of a request before its body.
package struct HTTPRequestHead: Sendable, Equatable {
    /// A token, case-sensitive: `GET`.
    package let method: String
    package let target: RequestTarget
    package let headers: HTTPHeaders
    /// Numeric address of the peer without its port: `127.0.0.1`, `::1`; empty on a unix socket.
    package let remoteAddress: String
    /// Who asks, on a unix socket.
    package let peer: PeerCredentials?

    package init(
        method: String,
        target: RequestTarget,
        headers: HTTPHeaders,
        remoteAddress: String,
        peer: PeerCredentials? = nil
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.remoteAddress = remoteAddress
        self.peer = peer
    }
}

/// A complete request; the properties of its head can be read directly.
@dynamicMemberLookup
package struct HTTPRequest: Sendable, Equatable {
    package let head: HTTPRequestHead
    /// At most `HTTPServer.Configuration.maxBodyBytes`.
    package let body: [UInt8]

    package init(head: HTTPRequestHead, body: [UInt8] = []) {
        self.head = head
        self.body = body
    }

    package subscript<Value>(dynamicMember keyPath: KeyPath<HTTPRequestHead, Value>) -> Value {
        head[keyPath: keyPath]
    }
}
