import HTTPWire
import ProxyCore
import Sockets

// MARK: - Heads of answers

extension UpstreamConnection {
    /// How many interim answers (1xx) one request may get.
    private static let interimLimit = 16

    /// Takes interim heads and the final one.
    func takeHeads(_ bytes: RawSpan) {
        var offset = 0
        while let client = self.client, case .awaitingHead(let interim) = self.phase, offset < bytes.byteCount {
            let limits = self.loop.configuration.limits.head
            let rest = bytes.extracting(offset..<bytes.byteCount)
            guard self.partial.isWorthParsing(rest, limits: limits) else {
                self.unread.append(contentsOf: rest)
                return
            }
            switch self.loop.responseHead.parse(rest, limits: limits) {
            case .needsMore:
                self.unread.append(contentsOf: rest)
                return
            case .invalid:
                client.request?.problemDetail = "The version's answer is malformed."
                client.perform(client.exchange.upstreamBroke(hasRoom: client.hasRescueRoom()))
                return
            case .complete(let length):
                self.partial.reset()
                let head = rest.extracting(0..<length)
                guard self.loop.responseHead.isInterim else {
                    // What is left of the bytes was the body's, even when the next request has already begun.
                    self.takeFinal(head, rest.extracting(length..<rest.byteCount), client)
                    return
                }
                offset += length
                if self.loop.responseHead.switchesProtocols {
                    self.takeSwitch(head, bytes.extracting(offset..<bytes.byteCount), client)
                    return
                }
                self.takeInterim(head, count: interim + 1, client)
            }
        }
    }

    private func takeInterim(_ head: RawSpan, count: Int, _ client: ClientConnection) {
        guard count <= Self.interimLimit else {
            client.perform(client.exchange.upstreamBroke(hasRoom: client.hasRescueRoom()))
            return
        }
        self.phase = .awaitingHead(interim: count)
        guard let request = client.request, !request.isVersion10 else { return }
        if self.loop.responseHead.status == 100 {
            // Of two versions that are asked, one is enough to tell the client to go on.
            if request.hasContinued, request.substitution != .none { return }
            request.hasContinued = true
        }
        client.write(reserving: self.loop.responseHead.outgoingSize + 2) { output in
            self.loop.responseHead.write(into: &output, source: head, keepsChunked: false)
            output.append(contentsOf: "\r\n")
        }
        client.watchForLateness()
    }

    private func takeFinal(_ head: RawSpan, _ rest: RawSpan, _ client: ClientConnection) {
        guard let request = client.request else { return }
        let length = self.loop.responseHead.bodyLength(answering: self.method)
        self.body = BodyFraming(length)
        self.status = self.loop.responseHead.status
        self.isPersistent = self.loop.responseHead.isPersistent(answering: self.method)
        self.removesChunks = request.isVersion10 && length == .chunked
        self.endsWithClose = length == .untilClose || self.removesChunks
        request.times.answeredAt = self.arrivalTime()
        request.times.status = self.status
        client.upstreamAnswered(request, status: self.status)
        guard self.answerIsWanted(head, rest, for: request, client) else { return }
        client.answerBegan(request, request.times)
        if let capture = request.capture {
            let isChunked = length == .chunked && !self.removesChunks
            client.kept(capture.answerBegan(head, status: self.status, body: length, isChunked: isChunked))
        }
        self.phase = .passingBody
        if self.removesChunks {
            self.writeHead(head, of: request, before: RawSpan(), client)
            self.takeBody(rest, client)
        } else {
            self.passFirst(rest, behind: head, of: request, client)
        }
    }

    /// Passes the head on as this gateway writes it, and `part` of the body behind it.
    private func writeHead(_ head: RawSpan, of request: ClientRequest, before part: RawSpan, _ client: ClientConnection)
    {
        let keepsClient = client.exchange.keepsClient && !self.endsWithClose
        let size = self.loop.responseHead.outgoingSize + self.ownFieldsSize(for: request)
        client.write(reserving: size, before: part) { output in
            self.loop.responseHead.write(into: &output, source: head, keepsChunked: !request.isVersion10)
            self.appendOwnFields(of: request, to: &output)
            if !keepsClient {
                output.append(contentsOf: "\r\nConnection: close")
            } else if request.isVersion10 {
                output.append(contentsOf: "\r\nConnection: keep-alive")
            }
            output.append(contentsOf: "\r\n\r\n")
        }
    }

    /// An upper bound of what `appendOwnFields` writes, and of what ends the head.
    func ownFieldsSize(for request: ClientRequest) -> Int {
        self.loop.answerLines.count + request.versionName.count + 200
    }

    /// Writes the gateway's fields, the end of the last line apart.
    func appendOwnFields(of request: ClientRequest, to output: inout OutputRawSpan) {
        output.append(contentsOf: self.loop.answerLines)
        output.append(contentsOf: "x-serin-version: ")
        output.append(contentsOf: request.versionName)
        output.append(contentsOf: "\r\nx-serin-request-id: ")
        output.append(request.id)
        if let mark = request.mark {
            output.append(contentsOf: "\r\n")
            output.append(contentsOf: mark)
        }
    }
}

// MARK: - Bodies of answers

extension UpstreamConnection {
    func takeBody(_ bytes: RawSpan, _ client: ClientConnection) {
        if self.removesChunks { self.passContent(bytes, client) } else { self.passBody(bytes, client) }
    }

    /// Passes body bytes on as they are.
    private func passBody(_ bytes: RawSpan, _ client: ClientConnection) {
        guard let count = self.count(of: bytes) else {
            client.perform(client.exchange.upstreamBroke())
            return
        }
        let part = bytes.extracting(0..<count)
        if count > 0 {
            if let capture = client.request?.capture { client.keepAnswer(part, capture, at: self.arrivalTime()) }
            client.write(part)
        }
        if self.body.isComplete { self.complete(hasExtraBytes: count < bytes.byteCount) }
    }

    /// Passes on the head and what came of the body together with it, in one write.
    private func passFirst(
        _ bytes: RawSpan,
        behind head: RawSpan,
        of request: ClientRequest,
        _ client: ClientConnection
    ) {
        guard let count = self.count(of: bytes) else {
            // The head was counted on but its body is malformed: the client gets the head, then a broken connection.
            self.writeHead(head, of: request, before: RawSpan(), client)
            client.perform(client.exchange.upstreamBroke())
            return
        }
        let part = bytes.extracting(0..<count)
        if count > 0, let capture = request.capture { client.keepAnswer(part, capture, at: self.arrivalTime()) }
        self.writeHead(head, of: request, before: part, client)
        if self.body.isComplete { self.complete(hasExtraBytes: count < bytes.byteCount) }
    }

    /// How many of `bytes` belong to the body; nil when they are not valid.
    private func count(of bytes: RawSpan) -> Int? {
        switch self.body.consume(bytes, from: 0) {
        case .needsMore: bytes.byteCount
        case .complete(let end): end
        case .invalid: nil
        }
    }

    /// Passes on the content of a chunked body for a client that doesn't know the coding.
    private func passContent(_ bytes: RawSpan, _ client: ClientConnection) {
        var offset = 0
        while true {
            switch self.body.nextPiece(of: bytes, from: offset) {
            case .content(let range):
                offset = range.end
                let content = bytes.extracting(range.bounds)
                if let capture = client.request?.capture { client.keepAnswer(content, capture, at: self.arrivalTime()) }
                client.write(content)
            case .needsMore: return
            case .complete(let end):
                self.complete(hasExtraBytes: end < bytes.byteCount)
                return
            case .invalid:
                client.perform(client.exchange.upstreamBroke())
                return
            }
        }
    }

    func complete(hasExtraBytes: Bool) {
        guard let client = self.client else { return }
        let isReusable = self.isPersistent && !hasExtraBytes && !self.body.endsAtClose && self.isOpen
        self.phase = .idle
        self.body = .finished
        client.responseCompleted(
            status: self.status,
            upstreamIsPersistent: isReusable,
            endsWithClose: self.endsWithClose,
            at: self.arrivalTime()
        )
    }
}
