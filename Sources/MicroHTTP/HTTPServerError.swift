/// Why a server could not start.
package enum HTTPServerError: Error, Equatable, CustomStringConvertible {
    /// The configuration's field, and what it should be.
    case invalidConfiguration(field: String, expected: String)
    case invalidHost(String)
    case cannotListen(host: String, port: Int, reason: String)
    /// Where a unix socket should be made.
    case cannotListenAtPath(String, reason: String)
    case cannotStart(reason: String)

    package var description: String {
        switch self {
        case .invalidConfiguration(let field, let expected): "\(field) must be \(expected)"
        case .invalidHost(let host): "\(host) is no IPv4 or IPv6 address: name the address to listen on, e.g. 127.0.0.1"
        case .cannotListen(let host, let port, let reason): "cannot listen on \(host) port \(port): \(reason)"
        case .cannotListenAtPath(let path, let reason): "cannot listen at \(path): \(reason)"
        case .cannotStart(let reason): "cannot start the HTTP server: \(reason)"
        }
    }
}
