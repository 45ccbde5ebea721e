import CMicroHTTPD
import Glibc

/// Starts operating-system threads that nobody joins.
enum Thread {
    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// - Parameter name: Shown by `ps -L` and debuggers; cut to the system's 15 bytes.
    static func start(name: String, _ body: @escaping @Sendable () -> Void) {
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
        defer { pthread_attr_destroy(&attributes) }
        var thread = pthread_t()
        let status = pthread_create(
            &thread,
            &attributes,
            { context in
                guard let context else { return nil }
                let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
                microhttpd_name_thread(start.name)
                start.body()
                return nil
            },
            start.toOpaque()
        )
        precondition(status == 0, "no thread for \(name): \(String(cString: strerror(status)))")
    }
}
