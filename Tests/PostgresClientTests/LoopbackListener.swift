import Glibc

/// A listening socket on a free port of the loopback that accepts nobody.
final class LoopbackListener {
    struct Failure: Error {
        let code: Int32
    }

    let port: UInt16
    private var descriptor: Int32

    init() throws {
        let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                guard bind(listening, pointer, size) == 0, listen(listening, 8) == 0 else { return errno }
                return getsockname(listening, pointer, &size)
            }
        }
        guard status == 0 else { throw Failure(code: status) }
        descriptor = listening
        port = UInt16(bigEndian: address.sin_port)
    }

    func close() {
        guard descriptor >= 0 else { return }
        Glibc.close(descriptor)
        descriptor = -1
    }

    deinit {
        close()
    }
}
