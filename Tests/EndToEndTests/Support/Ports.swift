import Foundation
import Synchronization

/// Ports that are free now and that the system gives to nobody by itself, so that a restarted process gets its own again.
enum Ports {
    private static let used = Mutex<Set<Int>>([])

    /// Below the range from which Linux takes ports for connections going out.
    private static let range = 20_000..<32_000

    static func free() -> Int {
        while true {
            let port = Int.random(in: self.range)
            if self.used.withLock({ $0.insert(port).inserted }), self.canBind(port) { return port }
        }
    }

    private static func canBind(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
