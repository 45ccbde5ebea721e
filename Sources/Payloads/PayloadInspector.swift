package import RolloutCore

/// Reads the payloads of one version and counts what they say, until the counts are drained.
///
/// Used from one thread. It remembers from one exchange to the next what a signal's values are.
package struct PayloadInspector: Sendable {
    /// How signals are come by.
    private enum Method: Sendable {
        case found(FoundSignals)
        case declared(DeclaredSignals)
    }

    private let signals: ModelSignals
    private let trees: BodyTrees
    private let rowReadings: RowReadings
    private let keyNeedsColumns: Bool
    private var method: Method
    private var book = SignalBook()
    private var tally = PayloadTally()
    private var request = PayloadTable()
    private var answer = PayloadTable()

    package init(signals: ModelSignals) {
        self.signals = signals
        var trees = BodyTrees()
        if signals.signals.isEmpty {
            self.method = .found(FoundSignals())
        } else {
            self.method = .declared(DeclaredSignals(signals.signals, trees: &trees, book: &self.book))
        }
        var key: ValueSource?
        if case .request(let path) = signals.key { key = ValueSource(path, in: &trees.request) }
        if case .column = key { self.keyNeedsColumns = true } else { self.keyNeedsColumns = false }
        self.rowReadings = RowReadings(signals: signals, key: key)
        self.trees = trees
    }

    /// One that knows what another has learnt of the same signals, and has counted nothing.
    ///
    /// What a signal's values are is then the same for both versions of a rollout, and for the time before and after a new route.
    package init(signals: ModelSignals, continuing other: PayloadInspector?) {
        guard let other, other.signals == signals else {
            self.init(signals: signals)
            return
        }
        self = other
        _ = self.drain()
    }

    /// Reads one exchange. An answer with a status other than 2xx says nothing of predictions, but its request counts.
    ///
    /// An exchange that cannot be told to be a prediction at all isn't counted.
    ///
    /// - Parameter rowLimit: How many rows to give back at most; all of them are counted.
    package mutating func inspect(_ exchange: PayloadExchange, rowLimit: Int = 1_000) -> PayloadReading {
        let limit = self.signals.maximumBodyBytes
        let bodies = PayloadReading.Bodies(
            request: BodyCoding(exchange.request, limit: limit),
            response: BodyCoding(exchange.response, limit: limit),
            isEventStream: exchange.response.isEventStream
        )
        if bodies.request.isTooLarge || bodies.response.isTooLarge {
            self.tally.oversized += 1
            return PayloadReading(bodies: bodies)
        }
        self.book.forgetPlaces()
        let request = bodies.request.bytes ?? []
        var rows: [RowReading] = []
        do throws(PayloadFault) {
            let found = try PayloadProtocol.find(self.signals.adapter, path: exchange.path, request: request)
            guard let found else { return PayloadReading(bodies: bodies) }
            self.tally.inspected += 1
            rows = self.read(exchange, bodies, as: found, rowLimit: rowLimit)
        } catch {
            self.tally.inspected += 1
            self.tally.malformedRequests += 1
        }
        return PayloadReading(rows: rows, bodies: bodies)
    }

    /// What was counted since the last time; what the signals are is remembered.
    package mutating func drain() -> (payloads: PayloadTally, signals: [SignalName: SignalTally]) {
        defer { self.tally = PayloadTally() }
        return (self.tally, self.book.drain())
    }

    private mutating func read(
        _ exchange: PayloadExchange,
        _ bodies: PayloadReading.Bodies,
        as encoding: PayloadProtocol,
        rowLimit: Int
    ) -> [RowReading] {
        let isAnswered = (200..<300).contains(exchange.status)
        var pointers = (request: 0, answer: 0)
        self.request.reset(layout: .json, size: 0)
        switch bodies.request {
        case .plain(let bytes):
            do throws(PayloadFault) {
                pointers.request = try self.readRequest(bytes, exchange.request.inferenceHeaderLength, as: encoding)
                self.count(.request, firstPointer: pointers.request, mayFind: isAnswered)
                self.tally.addRequest(rows: self.request.rows)
            } catch {
                self.request.reset(layout: .json, size: 0)
                self.tally.malformedRequests += 1
            }
        case .broken: self.tally.malformedRequests += 1
        case .unknown, .tooLarge: break
        }
        guard isAnswered, self.isReadable(bodies, as: encoding) else { return [] }
        do throws(PayloadFault) {
            guard let bytes = bodies.response.bytes else { throw .incomplete }
            pointers.answer = try self.readAnswer(bytes, of: exchange, as: encoding)
            self.count(.response, firstPointer: pointers.answer, mayFind: true)
            let outputs = self.book.outputs(in: self.answer)
            self.tally.addAnswer(rows: outputs.rows, unusable: outputs.unusable)
        } catch {
            // Where a protocol is only guessed at, an answer that does not fit it is more likely of another kind.
            if !self.isGuess(encoding) || self.book.hasPredictions { self.tally.malformedResponses += 1 }
            return []
        }
        return self.rowReadings.rows(
            self.book,
            tables: (self.request, self.answer),
            firstPointer: pointers.request,
            key: exchange.key,
            limit: rowLimit
        )
    }

    private func isGuess(_ encoding: PayloadProtocol) -> Bool {
        guard case .found = self.method else { return false }
        return self.signals.adapter == .auto && encoding == .json
    }

    /// A stream of events is understood of chats only, and no coding that isn't known.
    private func isReadable(_ bodies: PayloadReading.Bodies, as encoding: PayloadProtocol) -> Bool {
        if case .unknown = bodies.response { return false }
        return !bodies.isEventStream || encoding == .chat
    }

    // MARK: Bodies

    /// - Returns: The field of the first pointer.
    private mutating func readRequest(
        _ bytes: [UInt8],
        _ headerLength: Int?,
        as encoding: PayloadProtocol
    ) throws(PayloadFault) -> Int {
        let json = JSONCursor(bytes, to: encoding == .openInference ? headerLength : nil)
        self.request.reset(layout: .json, size: bytes.count)
        if self.needsColumns(.request) {
            switch encoding {
            case .openInference:
                try OpenInferenceDecoder.decodeRequest(bytes, headerLength: headerLength, into: &self.request)
            case .predict: try PredictDecoder.decodeRequest(json, into: &self.request)
            case .chat: try ChatDecoder.decodeRequest(json, into: &self.request)
            case .json: try AnyJSONDecoder.decodeRequest(json, into: &self.request)
            }
        }
        let first = self.request.count
        try PointerDecoder.decode(
            json,
            tree: self.trees.request,
            role: .feature,
            mayHaveTail: encoding == .openInference,
            into: &self.request
        )
        return first
    }

    /// - Returns: The field of the first pointer.
    private mutating func readAnswer(
        _ bytes: [UInt8],
        of exchange: PayloadExchange,
        as encoding: PayloadProtocol
    ) throws(PayloadFault) -> Int {
        let headerLength = exchange.response.inferenceHeaderLength
        let json = JSONCursor(bytes, to: encoding == .openInference ? headerLength : nil)
        self.answer.reset(layout: .json, size: bytes.count)
        if self.needsColumns(.response) {
            switch encoding {
            case .openInference:
                try OpenInferenceDecoder.decodeAnswer(bytes, headerLength: headerLength, into: &self.answer)
            case .predict: try PredictDecoder.decodeAnswer(json, into: &self.answer)
            case .chat:
                let arrival = ChatDecoder.Arrival(exchange)
                try ChatDecoder.decodeAnswer(bytes, arrival: arrival, into: &self.answer)
            case .json: try AnyJSONDecoder.decodeAnswer(json, into: &self.answer)
            }
        }
        let first = self.answer.count
        if exchange.response.isEventStream { return first }
        try PointerDecoder.decode(
            json,
            tree: self.trees.response,
            role: .prediction,
            mayHaveTail: encoding == .openInference,
            into: &self.answer
        )
        return first
    }

    private func needsColumns(_ body: SignalSource.Body) -> Bool {
        switch self.method {
        case .found: true
        // Without a pointer nothing else would tell whether the body is well-formed.
        case .declared(let declared):
            declared.needsColumns(body) || self.trees[body].count == 0 || body == .request && self.keyNeedsColumns
        }
    }

    private mutating func count(_ body: SignalSource.Body, firstPointer: Int, mayFind: Bool) {
        let isSelection = body == .response && self.request.isSelection
        let table = body == .request ? self.request : self.answer
        switch self.method {
        case .found(var found):
            self.method = .found(FoundSignals())
            found.count(table, body: body, isSelection: isSelection, mayFind: mayFind, into: &self.book)
            self.method = .found(found)
        case .declared(let declared):
            declared.count(
                table,
                body: body,
                firstPointer: firstPointer,
                isSelection: isSelection,
                into: &self.book
            )
        }
    }
}
