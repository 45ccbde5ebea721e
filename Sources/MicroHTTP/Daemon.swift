import CMicroHTTPD
import Glibc

/// libmicrohttpd's daemon and the callbacks it calls on its own threads.
///
/// The daemon has no listening socket: it gets connections whose bytes have passed a `RequestGate`.
struct Daemon: Sendable {
    /// What the callbacks need.
    final class Context: Sendable {
        let responder: HTTPResponder
        let limits: RequestLimits
        let exchanges = ExchangeRegistry()

        init(responder: HTTPResponder, limits: RequestLimits) {
            self.responder = responder
            self.limits = limits
        }
    }

    private let address: UInt
    let context: Context

    private var pointer: OpaquePointer? { OpaquePointer(bitPattern: address) }

    init(_ configuration: HTTPServer.Configuration, responder: HTTPResponder) throws(HTTPServerError) {
        context = Context(responder: responder, limits: configuration.requestLimits)
        // The relay keeps the limit; libmicrohttpd splits its own unevenly among its threads.
        let connectionLimit = configuration.connectionLimit * configuration.pollingThreads + 16
        let daemon = microhttpd_start(
            CUnsignedInt(configuration.pollingThreads),
            CUnsignedInt(connectionLimit),
            CUnsignedInt(configuration.idleTimeoutSeconds),
            configuration.connectionMemoryBytes,
            beginExchange,
            continueExchange,
            endExchange,
            Unmanaged.passRetained(context).toOpaque()
        )
        guard let daemon else {
            let reason = String(cString: strerror(errno))
            Unmanaged.passUnretained(context).release()
            throw .cannotStart(reason: "libmicrohttpd refused to start (\(reason))")
        }
        address = UInt(bitPattern: daemon)
    }

    /// Takes over a socket, also when it fails: the socket is closed then, which its other end sees.
    func add(_ socket: CInt, peer: UnsafePointer<sockaddr>, length: socklen_t) {
        _ = MHD_add_connection(pointer, socket, peer, length)
    }

    /// Closes every connection; none may be suspended. Call it once.
    func stop() {
        MHD_stop_daemon(pointer)
        Unmanaged.passUnretained(context).release()
    }
}

/// Called with the request line, before libmicrohttpd decodes the target in place.
private func beginExchange(
    context: UnsafeMutableRawPointer?,
    uri: UnsafePointer<CChar>?,
    connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let context, let uri else { return nil }
    let exchange = Exchange(target: Array(UnsafeRawBufferPointer(start: uri, count: strlen(uri))))
    Unmanaged<Daemon.Context>.fromOpaque(context).takeUnretainedValue().exchanges.insert(exchange)
    return Unmanaged.passRetained(exchange).toOpaque()
}

/// Called with the head, with each part of the body, at the end of the request, and again after a resume.
private func continueExchange(
    context: UnsafeMutableRawPointer?,
    connection: OpaquePointer?,
    url: UnsafePointer<CChar>?,
    method: UnsafePointer<CChar>?,
    version: UnsafePointer<CChar>?,
    upload: UnsafePointer<CChar>?,
    uploadSize: UnsafeMutablePointer<Int>?,
    exchangeSlot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let context, let connection, let method, let uploadSize, let pointer = exchangeSlot?.pointee else {
        return microhttpd_no()
    }
    let exchange = Unmanaged<Exchange>.fromOpaque(pointer).takeUnretainedValue()
    let dispatcher = Dispatcher(
        context: Unmanaged<Daemon.Context>.fromOpaque(context).takeUnretainedValue(),
        exchange: exchange,
        connection: ConnectionHandle(connection)
    )
    guard let head = exchange.head else {
        return dispatcher.begin(method: String(cString: method)) ? microhttpd_yes() : microhttpd_no()
    }
    guard uploadSize.pointee == 0 else {
        exchange.append(UnsafeRawBufferPointer(start: upload, count: uploadSize.pointee))
        uploadSize.pointee = 0
        return microhttpd_yes()
    }
    return dispatcher.advance(head) ? microhttpd_yes() : microhttpd_no()
}

/// Called once the answer is sent, or the connection has failed.
private func endExchange(
    context: UnsafeMutableRawPointer?,
    connection: OpaquePointer?,
    exchangeSlot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
    code: MHD_RequestTerminationCode
) {
    guard let context, let pointer = exchangeSlot?.pointee else { return }
    exchangeSlot?.pointee = nil
    let exchange = Unmanaged<Exchange>.fromOpaque(pointer).takeRetainedValue()
    exchange.close()
    Unmanaged<Daemon.Context>.fromOpaque(context).takeUnretainedValue().exchanges.remove(exchange)
}
