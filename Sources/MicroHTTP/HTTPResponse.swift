/// An answer. `Date`, `Content-Length`, `Transfer-Encoding` and `Connection` are written by libmicrohttpd;
/// a `Connection: close` among the headers is honoured.
package struct HTTPResponse: Sendable {
    package enum Body: Sendable {
        case bytes([UInt8])
        /// Sent as the stream's owner publishes; a stream serves one response only.
        case events(EventStream)
    }

    package var status: HTTPStatus
    package var headers: HTTPHeaders
    package var body: Body

    package init(status: HTTPStatus = .ok, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = .bytes(body)
    }

    private init(status: HTTPStatus, headers: HTTPHeaders, stream: EventStream) {
        self.status = status
        self.headers = headers
        self.body = .events(stream)
    }

    package static func text(_ text: String, status: HTTPStatus = .ok) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": "text/plain; charset=utf-8"], body: Array(text.utf8))
    }

    /// Status 200 and `text/event-stream`, never cached.
    package static func eventStream(_ stream: EventStream) -> HTTPResponse {
        HTTPResponse(
            status: .ok,
            headers: [
                "Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no",
            ],
            stream: stream
        )
    }
}
