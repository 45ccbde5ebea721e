import CMicroHTTPD

/// A libmicrohttpd connection that may be named on any thread; it is valid until its request has completed.
struct ConnectionHandle: Sendable, Equatable {
    private let address: UInt

    init(_ connection: OpaquePointer) {
        address = UInt(bitPattern: connection)
    }

    var pointer: OpaquePointer? { OpaquePointer(bitPattern: address) }

    /// Takes the connection out of the polling; only on the thread and inside a callback of this connection.
    func suspend() {
        MHD_suspend_connection(pointer)
    }

    /// Wakes a suspended connection; on any thread.
    func resume() {
        MHD_resume_connection(pointer)
    }
}
