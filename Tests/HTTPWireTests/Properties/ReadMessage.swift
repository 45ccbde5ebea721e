import HTTPWire

/// One message that was read off a connection, as values that can be compared: what two readings must agree on.
struct ReadMessage: Equatable {
    var head: ReadHead
    var content: [UInt8] = []
    /// Bytes from the head's first to the body's last.
    var length = 0
}

struct ReadHead: Equatable {
    var start: [UInt8]
    var target = ReadTarget()
    var host: [UInt8] = []
    var isVersion10: Bool
    var isPersistent: Bool
    var hasExpectation: Bool
    var bodyLength: BodyLength
    var fields: [ReadField]
    var length: Int
}

struct ReadTarget: Equatable {
    var authority: [UInt8] = []
    var path: [UInt8] = []
    var query: [UInt8] = []
}

struct ReadField: Equatable {
    var name: [UInt8]
    var value: [UInt8]

    var lowercasedName: String { text(self.name).lowercased() }
}

/// All messages of one connection, and how they end.
struct ConnectionReading: Equatable {
    enum Ending: Equatable {
        case needsMore
        case refused(HeadDefect)
        /// The last message said that none follows it.
        case closed
    }

    var messages: [ReadMessage] = []
    /// The head of the message that was not read to its end, and its content so far.
    var unfinished: ReadMessage?
    var ending = Ending.needsMore
}

extension RequestHead {
    func facts(of source: RawSpan) -> ReadHead {
        ReadHead(
            start: source.extracting(self.methodName.bounds).array,
            target: ReadTarget(
                authority: source.extracting(self.target.authority.bounds).array,
                path: source.extracting(self.target.path.bounds).array,
                query: source.extracting(self.target.query.bounds).array
            ),
            host: source.extracting(self.host.bounds).array,
            isVersion10: self.isVersion10,
            isPersistent: self.isPersistent,
            hasExpectation: self.fields.hasExpectation,
            bodyLength: self.bodyLength,
            fields: self.fields.facts(of: source),
            length: self.length
        )
    }
}

extension ResponseHead {
    func facts(of source: RawSpan, answering method: RequestMethod) -> ReadHead {
        ReadHead(
            start: octets("\(self.status) ") + source.extracting(self.reason.bounds).array,
            isVersion10: self.isVersion10,
            isPersistent: self.isPersistent(answering: method),
            hasExpectation: self.fields.hasExpectation,
            bodyLength: self.bodyLength(answering: method),
            fields: self.fields.facts(of: source),
            length: self.length
        )
    }
}

extension FieldSection {
    fileprivate func facts(of source: RawSpan) -> [ReadField] {
        self.lines.map { line in
            ReadField(
                name: source.extracting(line.name.bounds).array,
                value: source.extracting(line.value.bounds).array
            )
        }
    }
}
