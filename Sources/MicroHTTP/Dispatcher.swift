import CMicroHTTPD
import Glibc

/// The steps of one exchange on libmicrohttpd's thread.
struct Dispatcher {
    let context: Daemon.Context
    let exchange: Exchange
    let connection: ConnectionHandle

    /// - Returns: `false` to close the connection, here and below.
    func begin(method: String) -> Bool {
        // The gate has accepted the target already.
        guard let target = RequestTarget(parsing: exchange.target) else { return false }
        exchange.begin(
            HTTPRequestHead(
                method: method,
                target: target,
                headers: fields(microhttpd_header_kind()),
                remoteAddress: clientAddress.map { SocketAddress.host(of: $0) } ?? "",
                peer: clientAddress.flatMap { SocketAddress.peer(of: $0) }
            )
        )
        return true
    }

    /// The request is complete: answers it, or hands it to its lane; called again when the lane has answered.
    func advance(_ head: HTTPRequestHead) -> Bool {
        if let response = exchange.takeAnswer() { return send(response) }
        if let refusal = refusal(of: head) { return send(context.responder.refusal(refusal, limits: context.limits)) }
        if context.exchanges.isStopping { return send(context.responder.stopping) }
        let lane = context.responder.lane(head)
        let request = HTTPRequest(head: head, body: exchange.takeBody())
        if lane.isInline { return send(context.responder.answer(request)) }
        let isRunning = exchange.run(on: lane, connection: connection) { [responder = context.responder, exchange] in
            exchange.complete(with: responder.answer(request))
        }
        if isRunning { return true }
        return send(context.exchanges.isStopping ? context.responder.stopping : context.responder.overloaded(lane))
    }

    /// What the gate wrote into the stream in the place of a bad head, or at the end of a bad chunked body.
    private func refusal(of head: HTTPRequestHead) -> Refusal? {
        let fields = head.method == RequestGate.refusalMethod ? head.headers : fields(microhttpd_footer_kind())
        return fields[first: RequestGate.refusalField].flatMap(Int.init).flatMap(Refusal.init(rawValue:))
    }

    private func send(_ response: HTTPResponse) -> Bool {
        if queue(response) { return true }
        let detail = "The answer could not be sent."
        return queue(context.responder.errorResponse(.internalServerError, "Internal server error", detail))
    }

    private func queue(_ response: HTTPResponse) -> Bool {
        guard let native = native(response.body) else { return false }
        defer { MHD_destroy_response(native) }
        for field in response.headers.fields {
            // libmicrohttpd refuses what would break the message: line breaks, a second length.
            guard MHD_add_response_header(native, field.name, field.value) == microhttpd_yes() else { return false }
        }
        return MHD_queue_response(connection.pointer, CUnsignedInt(response.status.code), native) == microhttpd_yes()
    }

    private func native(_ body: HTTPResponse.Body) -> OpaquePointer? {
        switch body {
        case .bytes(let bytes):
            return bytes.withUnsafeBytes { microhttpd_response_of_copied_bytes($0.count, $0.baseAddress) }
        case .events(let stream):
            guard stream.attach(connection) else { return nil }
            exchange.beginStreaming(stream)
            if context.exchanges.isStopping { stream.finish() }
            return microhttpd_response_of_unknown_length(
                4096,
                readStream,
                Unmanaged.passRetained(stream).toOpaque(),
                releaseStream
            )
        }
    }

    private func fields(_ kind: MHD_ValueKind) -> HTTPHeaders {
        var fields = HTTPHeaders()
        withUnsafeMutablePointer(to: &fields) { fields in
            _ = MHD_get_connection_values(connection.pointer, kind, appendField, fields)
        }
        return fields
    }

    private var clientAddress: UnsafePointer<sockaddr>? {
        connection.pointer.flatMap { microhttpd_client_address($0) }
    }
}

private func appendField(
    fields: UnsafeMutableRawPointer?,
    kind: MHD_ValueKind,
    name: UnsafePointer<CChar>?,
    value: UnsafePointer<CChar>?
) -> MHD_Result {
    if let fields = fields?.assumingMemoryBound(to: HTTPHeaders.self), let name {
        fields.pointee.append(String(cString: name), value.map(withoutTrailingBlanks) ?? "")
    }
    return microhttpd_yes()
}

/// libmicrohttpd leaves the blanks after a value in place.
private func withoutTrailingBlanks(_ value: UnsafePointer<CChar>) -> String {
    let bytes = UnsafeRawBufferPointer(start: value, count: strlen(value))
    let end = bytes.lastIndex { $0 != ASCII.space && $0 != ASCII.tab }.map { $0 + 1 } ?? 0
    return String(decoding: bytes[..<end], as: UTF8.self)
}

private func readStream(
    stream: UnsafeMutableRawPointer?,
    position: UInt64,
    buffer: UnsafeMutablePointer<CChar>?,
    capacity: Int
) -> Int {
    guard let stream, let buffer else { return microhttpd_end_of_stream() }
    return Unmanaged<EventStream>.fromOpaque(stream).takeUnretainedValue()
        .read(into: UnsafeMutableRawBufferPointer(start: buffer, count: capacity))
}

private func releaseStream(stream: UnsafeMutableRawPointer?) {
    guard let stream else { return }
    Unmanaged<EventStream>.fromOpaque(stream).release()
}
