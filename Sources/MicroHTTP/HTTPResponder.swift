/// What a server's owner supplies: which lane a request takes, the handler, and the shape of error answers.
package struct HTTPResponder: Sendable {
    /// Chooses the lane; called on libmicrohttpd's thread, so it must not wait.
    package var lane: @Sendable (HTTPRequestHead) -> Lane
    /// Answers a complete request on a thread of its lane; it may block. A throw is answered with 500.
    package var handler: @Sendable (HTTPRequest) throws -> HTTPResponse
    /// Builds every error answer of the server itself: 400, 413, 414, 431, 500, 501, 503, 505. It must not wait.
    package var errorResponse: @Sendable (_ status: HTTPStatus, _ title: String, _ detail: String) -> HTTPResponse
    /// Told of a handler's throw, for the log; the client learns nothing of the error.
    package var handlerFailed: @Sendable (any Error, HTTPRequestHead) -> Void

    package init(
        lane: @escaping @Sendable (HTTPRequestHead) -> Lane,
        errorResponse: @escaping @Sendable (HTTPStatus, String, String) -> HTTPResponse = { status, title, detail in
            .text("\(title): \(detail)\n", status: status)
        },
        handlerFailed: @escaping @Sendable (any Error, HTTPRequestHead) -> Void = { _, _ in },
        handler: @escaping @Sendable (HTTPRequest) throws -> HTTPResponse
    ) {
        self.lane = lane
        self.errorResponse = errorResponse
        self.handlerFailed = handlerFailed
        self.handler = handler
    }

    func answer(_ request: HTTPRequest) -> HTTPResponse {
        do {
            return try handler(request)
        } catch {
            handlerFailed(error, request.head)
            return errorResponse(.internalServerError, "Internal server error", "The request could not be handled.")
        }
    }

    func refusal(_ refusal: Refusal, limits: RequestLimits) -> HTTPResponse {
        closing(errorResponse(refusal.status, refusal.title, refusal.detail(limits: limits)))
    }

    func overloaded(_ lane: Lane) -> HTTPResponse {
        let detail = "The queue for this kind of request is full (\(lane.name)); try again shortly."
        var response = errorResponse(.serviceUnavailable, "Service overloaded", detail)
        response.headers.set("Retry-After", "1")
        return response
    }

    var stopping: HTTPResponse {
        var response = errorResponse(.serviceUnavailable, "Service stopping", "The server is shutting down; try again.")
        response.headers.set("Retry-After", "1")
        return closing(response)
    }

    private func closing(_ response: HTTPResponse) -> HTTPResponse {
        var response = response
        response.headers.set("Connection", "close")
        return response
    }
}
