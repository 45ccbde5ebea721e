import CSockets
import Glibc

/// Where a socket is: an IPv4 or IPv6 address with a port, or a path in the file system.
package struct SocketAddress: Hashable, Sendable {
    private enum Place: Hashable, Sendable {
        case version4(UInt32, port: UInt16)
        case version6(high: UInt64, low: UInt64, scope: UInt32, port: UInt16)
        case path(String)
    }

    private let place: Place

    /// An IPv4 address such as `10.0.0.7`, or an IPv6 address without brackets; nil for anything else, a name included.
    package init?(ipAddress text: String, port: UInt16) {
        var version4 = in_addr()
        if inet_pton(AF_INET, text, &version4) == 1 {
            self.place = .version4(version4.s_addr, port: port)
            return
        }
        var version6 = in6_addr()
        guard inet_pton(AF_INET6, text, &version6) == 1 else { return nil }
        let words = withUnsafeBytes(of: version6) {
            ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
        self.place = .version6(high: words.0, low: words.1, scope: 0, port: port)
    }

    /// A unix-domain socket; nil when the path is too long for one (107 bytes).
    package init?(unixPath path: String) {
        guard !path.isEmpty, path.utf8.count <= Self.pathLimit else { return nil }
        self.place = .path(path)
    }

    private static let pathLimit = 107

    init?(_ storage: sockaddr_storage, length: socklen_t) {
        let place = withUnsafeBytes(of: storage) { bytes -> Place? in
            switch CInt(storage.ss_family) {
            case AF_INET:
                let address = bytes.loadUnaligned(as: sockaddr_in.self)
                return .version4(address.sin_addr.s_addr, port: UInt16(bigEndian: address.sin_port))
            case AF_INET6:
                let address = bytes.loadUnaligned(as: sockaddr_in6.self)
                let offset = MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr) ?? 8
                return .version6(
                    high: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self),
                    low: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self),
                    scope: address.sin6_scope_id,
                    port: UInt16(bigEndian: address.sin6_port)
                )
            case AF_UNIX:
                let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
                let end = min(Int(length), bytes.count)
                // A client's socket has no path.
                let path = end > offset ? bytes[offset..<end].prefix { $0 != 0 } : bytes[0..<0]
                return .path(String(decoding: path, as: UTF8.self))
            case _: return nil
            }
        }
        guard let place else { return nil }
        self.place = place
    }

    /// The same address at another port; a path has none.
    package func withPort(_ port: UInt16) -> SocketAddress {
        switch self.place {
        case .version4(let address, _): SocketAddress(.version4(address, port: port))
        case .version6(let high, let low, let scope, _):
            SocketAddress(.version6(high: high, low: low, scope: scope, port: port))
        case .path: self
        }
    }

    private init(_ place: Place) { self.place = place }

    /// 0 for a path.
    package var port: UInt16 {
        switch self.place {
        case .version4(_, let port), .version6(_, _, _, let port): port
        case .path: 0
        }
    }

    /// The address without port, as it stands in `X-Forwarded-For`; nil for a path.
    package var ipAddress: String? {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        switch self.place {
        case .version4(let address, _):
            var address = in_addr(s_addr: address)
            inet_ntop(AF_INET, &address, &text, socklen_t(text.count))
        case .version6(let high, let low, _, _):
            var words = (high, low)
            inet_ntop(AF_INET6, &words, &text, socklen_t(text.count))
        case .path: return nil
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    package var isUnix: Bool { self.family == AF_UNIX }

    var family: CInt {
        switch self.place {
        case .version4: AF_INET
        case .version6: AF_INET6
        case .path: AF_UNIX
        }
    }

    /// The form that system calls take.
    var storage: (address: sockaddr_storage, length: socklen_t) {
        var storage = sockaddr_storage()
        switch self.place {
        case .version4(let address, let port):
            var place = sockaddr_in()
            place.sin_family = sa_family_t(AF_INET)
            place.sin_port = port.bigEndian
            place.sin_addr.s_addr = address
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: place, as: sockaddr_in.self) }
            return (storage, socklen_t(MemoryLayout<sockaddr_in>.size))
        case .version6(let high, let low, let scope, let port):
            var place = sockaddr_in6()
            place.sin6_family = sa_family_t(AF_INET6)
            place.sin6_port = port.bigEndian
            place.sin6_scope_id = scope
            let offset = MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr) ?? 8
            withUnsafeMutableBytes(of: &storage) {
                $0.storeBytes(of: place, as: sockaddr_in6.self)
                $0.storeBytes(of: high, toByteOffset: offset, as: UInt64.self)
                $0.storeBytes(of: low, toByteOffset: offset + 8, as: UInt64.self)
            }
            return (storage, socklen_t(MemoryLayout<sockaddr_in6>.size))
        case .path(let path):
            storage.ss_family = sa_family_t(AF_UNIX)
            let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
            withUnsafeMutableBytes(of: &storage) { bytes in
                for (index, octet) in path.utf8.enumerated() { bytes[offset + index] = octet }
            }
            return (storage, socklen_t(offset + path.utf8.count + 1))
        }
    }
}

extension SocketAddress: CustomStringConvertible {
    package var description: String {
        switch self.place {
        case .version4: "\(self.ipAddress ?? ""):\(self.port)"
        case .version6: "[\(self.ipAddress ?? "")]:\(self.port)"
        case .path(let path): path
        }
    }
}

extension SocketAddress {
    /// Asks the system what addresses a host name stands for, in the order of its preference. Blocks.
    ///
    /// - Parameter isForListening: An empty host is then every address of the machine.
    package static func lookUp(
        host: String,
        port: UInt16,
        isForListening: Bool = false
    ) throws(LookupError) -> [SocketAddress] {
        if let address = SocketAddress(ipAddress: host, port: port) { return [address] }
        var list: UnsafeMutablePointer<addrinfo>?
        let result = cs_lookup(host, isForListening ? 1 : 0, &list)
        guard result == 0 else { throw LookupError(host: host, reason: String(cString: gai_strerror(result))) }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = list
        while let entry = next {
            next = entry.pointee.ai_next
            guard let address = entry.pointee.ai_addr else { continue }
            var storage = sockaddr_storage()
            let length = min(Int(entry.pointee.ai_addrlen), MemoryLayout<sockaddr_storage>.size)
            memcpy(&storage, address, length)
            guard let found = SocketAddress(storage, length: socklen_t(length))?.withPort(port) else { continue }
            if !addresses.contains(found) { addresses.append(found) }
        }
        guard !addresses.isEmpty else { throw LookupError(host: host, reason: "it has no address") }
        return addresses
    }
}

/// A host name has no address, or none that can be found now.
package struct LookupError: Error, Hashable, Sendable, CustomStringConvertible {
    package let host: String
    package let reason: String

    package init(host: String, reason: String) {
        self.host = host
        self.reason = reason
    }

    package var description: String { "the name '\(self.host)' can't be resolved: \(self.reason)" }
}
