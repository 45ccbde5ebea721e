/// What an OpenAI-style answer says, gathered from one body or from the events of a stream.
struct ChatAnswer {
    struct Choice {
        /// Bytes of the word, at most as many as a cell's text has.
        var finishReason: [UInt8]?
        var isRefusal = false
    }

    /// Choices that are told apart.
    static let choiceLimit = 128

    private(set) var choices: [Choice] = []
    /// Unicode scalars of the content: as many whichever way it is cut into deltas.
    private(set) var characters = 0
    /// Deltas with something in them: a token each, as servers send them.
    private(set) var deltas = 0
    /// Tokens as the server counted them.
    private(set) var countedTokens: Int?

    /// Adds what one JSON object says.
    ///
    /// - Returns: Whether it has the list of choices that makes it an answer.
    mutating func add(_ json: inout JSONCursor) throws(JSONFault) -> Bool {
        var isAnswer = false
        try json.beginObject()
        while let key = try json.nextKey() {
            if key.equals("choices", in: json.bytes), try json.kind() == .array {
                isAnswer = true
                try json.beginArray()
                var place = 0
                while try json.nextElement() {
                    try self.addChoice(&json, place: place)
                    place += 1
                }
            } else if key.equals("usage", in: json.bytes), try json.kind() == .object {
                try self.addUsage(&json)
            } else {
                try json.skip()
            }
        }
        return isAnswer
    }

    private mutating func addUsage(_ json: inout JSONCursor) throws(JSONFault) {
        try json.beginObject()
        while let key = try json.nextKey() {
            let isCount =
                key.equals("completion_tokens", in: json.bytes) || key.equals("output_tokens", in: json.bytes)
            guard isCount, try json.kind() == .number else {
                try json.skip()
                continue
            }
            let count = try json.number().value
            if count >= 0, count < 1e12 { self.countedTokens = Int(count) }
        }
    }

    private mutating func addChoice(_ json: inout JSONCursor, place: Int) throws(JSONFault) {
        var index = place
        var choice = Choice()
        var isSomething = false
        try json.beginObject()
        while let key = try json.nextKey() {
            let bytes = json.bytes
            let kind = try json.kind()
            switch kind {
            case .number where key.equals("index", in: bytes):
                let number = try json.number().value
                if number >= 0, number < Double(Self.choiceLimit) { index = Int(number) }
            case .text where key.equals("finish_reason", in: bytes):
                choice.finishReason = try Self.word(&json)
                choice.isRefusal =
                    choice.isRefusal || choice.finishReason.map { $0 == Array("content_filter".utf8) } ?? false
            case .text where key.equals("text", in: bytes):
                isSomething = try self.addContent(&json) || isSomething
            case .object where key.equals("message", in: bytes) || key.equals("delta", in: bytes):
                isSomething = try self.addMessage(&json, to: &choice) || isSomething
            case .object, .array, .text, .number, .flag, .null: try json.skip()
            }
        }
        if isSomething { self.deltas += 1 }
        self.merge(choice, at: index)
    }

    private mutating func merge(_ choice: Choice, at index: Int) {
        guard index < Self.choiceLimit else { return }
        while self.choices.count <= index { self.choices.append(Choice()) }
        if let reason = choice.finishReason { self.choices[index].finishReason = reason }
        self.choices[index].isRefusal = self.choices[index].isRefusal || choice.isRefusal
    }

    /// - Returns: Whether the message has anything in it: words, thoughts or calls.
    private mutating func addMessage(_ json: inout JSONCursor, to choice: inout Choice) throws(JSONFault) -> Bool {
        var isSomething = false
        try json.beginObject()
        while let key = try json.nextKey() {
            let bytes = json.bytes
            let kind = try json.kind()
            switch kind {
            case .text where key.equals("content", in: bytes):
                isSomething = try self.addContent(&json) || isSomething
            case .text where key.equals("refusal", in: bytes):
                let refusal = try json.text()
                if refusal.end > refusal.start {
                    choice.isRefusal = true
                    isSomething = true
                }
            case .text where key.equals("reasoning_content", in: bytes) || key.equals("reasoning", in: bytes):
                let thought = try json.text()
                isSomething = isSomething || thought.end > thought.start
            case .array where key.equals("tool_calls", in: bytes):
                isSomething = true
                try json.skip()
            case .object, .array, .text, .number, .flag, .null: try json.skip()
            }
        }
        return isSomething
    }

    private mutating func addContent(_ json: inout JSONCursor) throws(JSONFault) -> Bool {
        let text = try json.text()
        self.characters += json.characters(of: text)
        return text.end > text.start
    }

    private static func word(_ json: inout JSONCursor) throws(JSONFault) -> [UInt8] {
        let text = try json.text()
        var word: [UInt8] = []
        json.append(text, to: &word, limit: PayloadTable.textLimit)
        return word
    }
}
