/// Writes a head into memory whose room was checked once for all of it.
struct HeadWriter {
    private var cursor: UnsafeMutableRawPointer

    init(at start: UnsafeMutableRawPointer) { self.cursor = start }

    func written(since start: UnsafeMutableRawPointer) -> Int { self.cursor - start }

    @inline(__always)
    mutating func append(_ octet: UInt8) {
        self.cursor.storeBytes(of: octet, as: UInt8.self)
        self.cursor += 1
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        self.append(UnsafePointer(text.utf8Start), text.utf8CodeUnitCount)
    }

    @inline(__always)
    mutating func append(_ source: UnsafePointer<UInt8>, _ count: Int) {
        self.cursor.copyMemory(from: source, byteCount: count)
        self.cursor += count
    }

    @inline(__always)
    mutating func append(_ range: ByteRange, of source: UnsafePointer<UInt8>) {
        self.append(source + Int(range.start), Int(range.count))
    }

    mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { bytes in
            if let start = bytes.baseAddress { self.append(start, bytes.count) }
        }
    }

    mutating func appendHost(_ host: ByteRange, of source: UnsafePointer<UInt8>) {
        self.append("Host: ")
        self.append(host, of: source)
        self.append("\r\n")
    }

    /// The two lines that ask a server, or tell a client, to go on with another protocol.
    mutating func appendUpgrade(_ protocolName: ByteRange, of source: UnsafePointer<UInt8>) {
        self.append("Connection: upgrade\r\nUpgrade: ")
        self.append(protocolName, of: source)
        self.append("\r\n")
    }
}

extension HeadWriter {
    /// Writes what stands in `source` at `start..<end`, which holds all field lines, without those of the kinds that are
    /// dropped and those that a `Connection` field nominates; neighbours go in one piece.
    mutating func append(
        _ fields: borrowing FieldSection,
        dropping dropped: FieldKinds,
        from start: Int,
        to end: Int,
        of source: UnsafePointer<UInt8>
    ) {
        let needsCare = fields.nominatesFields || fields.hasBlankBeforeColon
        var runStart = start
        fields.withLines { lines in
            for line in lines {
                if dropped.contains(line.kind) || (needsCare && fields.isNominated(line, source)) {
                    self.append(source + runStart, Int(line.name.start) - runStart)
                    runStart = Int(line.end)
                } else if line.hasBlankBeforeColon {
                    self.append(source + runStart, Int(line.name.start) - runStart)
                    runStart = Int(line.end)
                    self.appendNormalised(line, of: source)
                }
            }
        }
        self.append(source + runStart, end - runStart)
    }

    private mutating func appendNormalised(_ line: FieldLine, of source: UnsafePointer<UInt8>) {
        self.append(line.name, of: source)
        self.append(": ")
        self.append(line.value, of: source)
        self.append("\r\n")
    }
}

extension FieldSection {
    /// Fields that frame or route the message can't be nominated away.
    fileprivate func isNominated(_ line: FieldLine, _ bytes: UnsafePointer<UInt8>) -> Bool {
        switch line.kind {
        case .host, .contentLength, .transferEncoding: false
        case .other, .connection, .hopByHop, .upgrade, .expect, .forwardedFor, .forwardedProto, .forwardedHost,
            .forwarded, .traceParent, .traceState, .pin, .pinToken, .reserved:
            self.nominatesFields && self.nominates(line.name, bytes)
        }
    }
}
