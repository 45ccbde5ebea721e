extension HTTPServer {
    /// Where a server listens and what it bears. Every limit is for one server.
    package struct Configuration: Sendable, Equatable {
        /// A numeric IPv4 or IPv6 address.
        package var host: String
        /// 0...65535; 0 takes a free port, see `HTTPServer.port`.
        package var port: Int
        /// Where a unix socket listens that only its owner may use, instead of host and port: at most 107 bytes.
        package var unixPath: String?
        /// libmicrohttpd's own threads, 1...64. They never run a handler, except in `Lane.inline`.
        package var pollingThreads = 2
        /// Open connections, 1...100 000; one more is closed at once. A connection takes three file descriptors.
        package var connectionLimit = 1024
        /// Open connections from one address, 1...100 000; one more is closed at once.
        package var perAddressLimit = 1024
        /// Seconds, 1...86 400, between requests, or with an answer that the client does not read. Neither a running
        /// handler nor an open event stream that has nothing to send counts as idle.
        package var idleTimeoutSeconds = 60
        /// Seconds, 1...86 400, from the first byte of a request to its last; then the connection closes unanswered.
        package var requestTimeoutSeconds = 30
        /// Request line and headers with their line endings, 256...1 048 576 bytes; more is 431.
        package var maxHeaderBytes = 16 * 1024
        /// Header lines, 1...1 000; more is 431.
        package var maxHeaderCount = 100
        /// Bytes of a body, 0...1 073 741 824; more is 413. The body is held in memory.
        package var maxBodyBytes = 1024 * 1024
        /// Bytes of the request target, 1...1 048 576; more is 414.
        package var maxTargetBytes = 8 * 1024

        package init(host: String = "127.0.0.1", port: Int = 0) {
            self.host = host
            self.port = port
        }

        package init(unixPath: String) {
            self.init()
            self.unixPath = unixPath
        }

        var requestLimits: RequestLimits {
            RequestLimits(
                maxTargetBytes: maxTargetBytes,
                maxHeaderBytes: maxHeaderBytes,
                maxHeaderCount: maxHeaderCount,
                maxBodyBytes: maxBodyBytes
            )
        }

        /// libmicrohttpd keeps a connection's head, its header table, the write buffer and the answer's headers in one
        /// pool of this size.
        var connectionMemoryBytes: Int {
            2 * maxHeaderBytes + 128 * maxHeaderCount + 64 * 1024
        }

        func validate() throws(HTTPServerError) {
            let ranges: [(String, Int, ClosedRange<Int>)] = [
                ("port", port, 0...65_535),
                ("pollingThreads", pollingThreads, 1...64),
                ("connectionLimit", connectionLimit, 1...100_000),
                ("perAddressLimit", perAddressLimit, 1...100_000),
                ("idleTimeoutSeconds", idleTimeoutSeconds, 1...86_400),
                ("requestTimeoutSeconds", requestTimeoutSeconds, 1...86_400),
                ("maxHeaderBytes", maxHeaderBytes, 256...1_048_576),
                ("maxHeaderCount", maxHeaderCount, 1...1_000),
                ("maxBodyBytes", maxBodyBytes, 0...1_073_741_824),
                ("maxTargetBytes", maxTargetBytes, 1...1_048_576),
            ]
            for (field, value, range) in ranges where !range.contains(value) {
                throw .invalidConfiguration(
                    field: field,
                    expected: "\(range.lowerBound)...\(range.upperBound), not \(value)"
                )
            }
        }
    }
}
