import CMicroHTTPD
import Glibc

/// A numeric socket address of either family.
struct SocketAddress {
    private(set) var storage = sockaddr_storage()
    private(set) var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

    private init() {}

    /// - Returns: `nil` unless the host is an IPv4 or IPv6 address in numbers.
    init?(host: String, port: Int) {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let found else { return nil }
        defer { freeaddrinfo(found) }
        length = found.pointee.ai_addrlen
        withUnsafeMutableBytes(of: &storage) {
            $0.copyMemory(from: UnsafeRawBufferPointer(start: found.pointee.ai_addr, count: Int(length)))
        }
    }

    /// Not where the peer is, which a unix socket doesn't tell, but who: carried through libmicrohttpd as an address.
    init(_ peer: PeerCredentials) {
        var carrier = sockaddr_un()
        carrier.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &carrier.sun_path) { bytes in
            bytes.storeBytes(of: peer.userID, toByteOffset: 0, as: UInt32.self)
            bytes.storeBytes(of: peer.processID, toByteOffset: 4, as: Int32.self)
        }
        length = socklen_t(MemoryLayout<sockaddr_un>.size)
        withUnsafeMutableBytes(of: &storage) { storage in
            withUnsafeBytes(of: carrier) { storage.copyMemory(from: $0) }
        }
    }

    var family: CInt { CInt(storage.ss_family) }

    /// Without the port: `127.0.0.1`.
    var host: String { withPointer { pointer, _ in Self.host(of: pointer) } }

    var port: Int {
        withUnsafeBytes(of: storage) { bytes in
            // `sin_port` and `sin6_port` share their place.
            Int(UInt16(bigEndian: bytes.load(fromByteOffset: 2, as: UInt16.self)))
        }
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    /// Calls something like `getsockname` and keeps the address it writes.
    static func filled(
        by call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> CInt
    ) -> (address: SocketAddress, status: CInt) {
        var address = SocketAddress()
        var length = address.length
        let status = withUnsafeMutablePointer(to: &address.storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, &length) }
        }
        address.length = min(length, socklen_t(MemoryLayout<sockaddr_storage>.size))
        return (address, status)
    }

    /// Who it is, when the address was made of that.
    static func peer(of address: UnsafePointer<sockaddr>) -> PeerCredentials? {
        guard CInt(address.pointee.sa_family) == AF_UNIX else { return nil }
        return address.withMemoryRebound(to: sockaddr_un.self, capacity: 1) { carrier in
            withUnsafeBytes(of: carrier.pointee.sun_path) { bytes in
                PeerCredentials(
                    userID: bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self),
                    processID: bytes.loadUnaligned(fromByteOffset: 4, as: Int32.self)
                )
            }
        }
    }

    /// Empty for what has none.
    static func host(of address: UnsafePointer<sockaddr>) -> String {
        guard CInt(address.pointee.sa_family) != AF_UNIX else { return "" }
        let isIPv6 = CInt(address.pointee.sa_family) == AF_INET6
        let length = isIPv6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { buffer in
            let capacity = socklen_t(buffer.count)
            let status = getnameinfo(address, socklen_t(length), buffer.baseAddress, capacity, nil, 0, NI_NUMERICHOST)
            guard status == 0, let start = buffer.baseAddress else { return "" }
            return String(cString: start)
        }
    }
}
