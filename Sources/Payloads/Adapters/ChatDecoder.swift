import RolloutCore

/// OpenAI-style chat completions and completions, streamed or in one piece.
struct ChatDecoder {
    /// How an answer came.
    struct Arrival {
        let isEventStream: Bool
        let firstByteMicroseconds: Int64
        let totalMicroseconds: Int64

        init(_ exchange: PayloadExchange) {
            self.isEventStream = exchange.response.isEventStream
            self.firstByteMicroseconds = exchange.firstByteMicroseconds
            self.totalMicroseconds = exchange.totalMicroseconds
        }
    }

    // MARK: Request

    /// The prompt's length: `input_characters`.
    static func decodeRequest(_ json: JSONCursor, into table: inout PayloadTable) throws(PayloadFault) {
        var json = json
        var characters = 0
        var isFound = false
        do throws(JSONFault) {
            try json.beginObject()
            while let key = try json.nextKey() {
                if key.equals("messages", in: json.bytes) || key.equals("prompt", in: json.bytes) {
                    isFound = true
                    characters += try self.characters(&json)
                } else {
                    try json.skip()
                }
            }
            try json.finish()
        } catch {
            throw .json(error)
        }
        guard isFound else { throw .incomplete }
        table.layout = .chat
        table.addMeasure("input_characters", Double(characters), role: .feature)
    }

    /// Characters of the texts in a prompt: a text, a list of them, or messages with a `content`.
    private static func characters(_ json: inout JSONCursor) throws(JSONFault) -> Int {
        var count = 0
        switch try json.kind() {
        case .text: count += json.characters(of: try json.text())
        case .array:
            try json.beginArray()
            while try json.nextElement() { count += try self.characters(&json) }
        case .object:
            try json.beginObject()
            while let key = try json.nextKey() {
                if key.equals("content", in: json.bytes) || key.equals("text", in: json.bytes) {
                    count += try self.characters(&json)
                } else {
                    try json.skip()
                }
            }
        case .number, .flag, .null: try json.skip()
        }
        return count
    }

    // MARK: Answer

    static func decodeAnswer(
        _ body: [UInt8],
        arrival: Arrival,
        into table: inout PayloadTable
    ) throws(PayloadFault) {
        let answer = arrival.isEventStream ? try self.streamed(body) : try self.whole(body)
        guard !answer.choices.isEmpty else { throw .noPrediction }
        table.layout = .chat
        self.write(answer, to: &table)
        let tokens = Double(answer.countedTokens ?? answer.deltas)
        if arrival.isEventStream {
            table.addMeasure("time_to_first_token", Double(arrival.firstByteMicroseconds) / 1_000)
        }
        // An answer without words tells nothing of how fast they come.
        if tokens > 0, arrival.totalMicroseconds > 0, arrival.isEventStream || answer.countedTokens != nil {
            table.addMeasure("tokens_per_second", tokens * 1e6 / Double(arrival.totalMicroseconds))
        }
        // In one piece, only the server knows how many tokens it was.
        if arrival.isEventStream || answer.countedTokens != nil { table.addMeasure("output_tokens", tokens) }
        table.addMeasure("output_characters", Double(answer.characters))
    }

    private static func whole(_ body: [UInt8]) throws(PayloadFault) -> ChatAnswer {
        var answer = ChatAnswer()
        var json = JSONCursor(body)
        do throws(JSONFault) {
            guard try answer.add(&json) else { throw JSONFault(offset: 0, reason: .wrongShape) }
            try json.finish()
        } catch {
            throw .json(error)
        }
        return answer
    }

    private static func streamed(_ body: [UInt8]) throws(PayloadFault) -> ChatAnswer {
        var answer = ChatAnswer()
        var stream = EventStream(body)
        while let event = stream.next() {
            if event.bytes[event.range].elementsEqual("[DONE]".utf8) { continue }
            var json = JSONCursor(event.bytes, from: event.range.lowerBound, to: event.range.upperBound)
            do throws(JSONFault) {
                if event.isComplete {
                    _ = try answer.add(&json)
                    try json.finish()
                } else {
                    var last = answer
                    _ = try last.add(&json)
                    answer = last
                }
            } catch {
                // What the end of the body cut off is not the model's doing.
                if event.isComplete { throw .json(error) }
            }
        }
        return answer
    }

    private static func write(_ answer: ChatAnswer, to table: inout PayloadTable) {
        let reason = table.add(name: "finish_reason", role: .prediction)
        let refusal = table.add(name: "refusal", role: .prediction)
        table[reason].width = 1
        table[refusal].width = 1
        for choice in answer.choices {
            let place = choice.finishReason.map { table.keep(bytes: $0[...]) }
            table[reason].cells.append(place.map { Cell(textFrom: $0.start, length: $0.length) } ?? .missing)
            table[refusal].cells.append(Cell(flag: choice.isRefusal))
        }
    }
}

extension PayloadTable {
    /// One number that the exchange as a whole is measured by.
    fileprivate mutating func addMeasure(_ name: String, _ value: Double, role: SignalRole = .measure) {
        let field = self.add(name: name, role: role)
        self[field].width = 1
        self[field].isFloating = true
        self[field].cells.append(Cell(number: value))
    }
}
