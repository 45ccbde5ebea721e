import Payloads

extension PayloadExchange {
    /// An exchange of JSON bodies that was answered after 10 ms, the first byte after 4.
    static func fixture(
        path: String = "/",
        request: String,
        status: Int = 200,
        response: String,
        isStream: Bool = false,
        key: String? = nil
    ) -> PayloadExchange {
        PayloadExchange(
            path: path,
            key: key,
            request: PayloadMessage(contentType: "application/json", body: Array(request.utf8)),
            status: status,
            response: PayloadMessage(
                contentType: isStream ? "text/event-stream; charset=utf-8" : "application/json",
                body: Array(response.utf8)
            ),
            firstByteMicroseconds: 4_000,
            totalMicroseconds: 10_000
        )
    }
}
