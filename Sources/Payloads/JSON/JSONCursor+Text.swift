extension JSONCursor {
    /// Reads a text. Its bytes are valid UTF-8 without control characters, and its escapes are well-formed.
    mutating func text() throws(JSONFault) -> JSONText {
        guard try self.peek() == UInt8(ascii: "\"") else { throw self.fault(.unexpected) }
        let start = self.position + 1
        var hasEscapes = false
        var isASCII = true
        self.position = start
        while true {
            guard let stop = self.runEnd(isASCII: &isASCII) else {
                self.position = self.end
                throw self.fault(.ended)
            }
            self.position = stop
            switch self.bytes[stop] {
            case UInt8(ascii: "\""):
                if !isASCII { try self.checkUTF8(from: start, to: stop) }
                self.position = stop + 1
                self.isAfterValue = true
                return JSONText(start: start, end: stop, hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try self.skipEscape()
            default: throw self.fault(.controlCharacter)
            }
        }
    }

    /// Where the next quotation mark, backslash or control character is.
    @inline(__always)
    private func runEnd(isASCII: inout Bool) -> Int? {
        let bytes = self.bytes.span
        var seen: UInt8 = 0
        var position = self.position
        while position < self.end {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
            seen |= byte
            position &+= 1
        }
        if seen >= 0x80 { isASCII = false }
        return position < self.end ? position : nil
    }

    private func checkUTF8(from start: Int, to end: Int) throws(JSONFault) {
        do {
            _ = try UTF8Span(validating: self.bytes.span.extracting(start..<end))
        } catch {
            throw JSONFault(offset: start, reason: .badUTF8)
        }
    }

    /// Unicode scalars of a text.
    func characters(of text: JSONText) -> Int {
        let bytes = self.bytes.span
        var count = 0
        var position = text.start
        while position < text.end {
            if text.hasEscapes, bytes[position] == UInt8(ascii: "\\") {
                position += self.escaped(at: position, in: text).1
                count += 1
            } else {
                if bytes[position] & 0xC0 != 0x80 { count &+= 1 }
                position &+= 1
            }
        }
        return count
    }

    private mutating func skipEscape() throws(JSONFault) {
        guard self.end - self.position >= 2 else {
            self.position = self.end
            throw self.fault(.ended)
        }
        switch self.bytes[self.position + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            self.position += 2
        case UInt8(ascii: "u"):
            guard self.end - self.position >= 6, Self.codeUnit(in: self.bytes, at: self.position + 2) != nil else {
                throw self.fault(.badEscape)
            }
            self.position += 6
        default: throw self.fault(.badEscape)
        }
    }

    /// Four hexadecimal digits.
    private static func codeUnit(in bytes: [UInt8], at start: Int) -> UInt16? {
        var unit: UInt16 = 0
        for byte in bytes[start..<start + 4] {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    /// Appends what a text says, up to `limit` bytes and never part of a character's code.
    ///
    /// Half of a surrogate pair, which Python writes for bytes it could not decode, becomes U+FFFD.
    func append(_ text: JSONText, to target: inout [UInt8], limit: Int = .max) {
        let start = target.count
        if text.hasEscapes {
            self.appendUnescaped(text, to: &target, limit: limit)
        } else {
            let count = min(text.end - text.start, limit)
            target.append(contentsOf: self.bytes[text.start..<text.start + count])
            if count < text.end - text.start, self.bytes[text.start + count] & 0xC0 == 0x80 {
                while target.count > start, target[target.count - 1] & 0xC0 == 0x80 { target.removeLast() }
                if target.count > start { target.removeLast() }
            }
        }
    }

    private func appendUnescaped(_ text: JSONText, to target: inout [UInt8], limit: Int) {
        let start = target.count
        var position = text.start
        while position < text.end {
            let scalar: Unicode.Scalar
            let length: Int
            if self.bytes[position] == UInt8(ascii: "\\") {
                (scalar, length) = self.escaped(at: position, in: text)
            } else {
                (scalar, length) = Self.scalar(in: self.bytes, at: position)
            }
            let code = UTF8.encode(scalar)
            guard let code, target.count - start + code.count <= limit else { return }
            target.append(contentsOf: code)
            position += length
        }
    }

    /// The character of a well-formed escape, and how many bytes it takes.
    private func escaped(at position: Int, in text: JSONText) -> (Unicode.Scalar, Int) {
        switch self.bytes[position + 1] {
        case UInt8(ascii: "b"): return ("\u{8}", 2)
        case UInt8(ascii: "f"): return ("\u{C}", 2)
        case UInt8(ascii: "n"): return ("\n", 2)
        case UInt8(ascii: "r"): return ("\r", 2)
        case UInt8(ascii: "t"): return ("\t", 2)
        case UInt8(ascii: "u"): break
        case let byte: return (Unicode.Scalar(byte), 2)
        }
        guard let first = Self.codeUnit(in: self.bytes, at: position + 2) else { return ("\u{FFFD}", 6) }
        if let scalar = Unicode.Scalar(first) { return (scalar, 6) }
        let next = position + 6
        if UTF16.isLeadSurrogate(first), text.end - next >= 6, self.bytes[next] == UInt8(ascii: "\\"),
            self.bytes[next + 1] == UInt8(ascii: "u"), let second = Self.codeUnit(in: self.bytes, at: next + 2),
            UTF16.isTrailSurrogate(second)
        {
            return (UTF16.decode(UTF16.EncodedScalar([first, second])), 12)
        }
        return ("\u{FFFD}", 6)
    }

    /// A character of valid UTF-8, and how many bytes it takes.
    private static func scalar(in bytes: [UInt8], at position: Int) -> (Unicode.Scalar, Int) {
        let lead = bytes[position]
        let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        var code = UInt32(length == 1 ? lead : lead & (0x7F >> UInt8(length)))
        for byte in bytes[position + 1..<position + length] { code = code << 6 | UInt32(byte & 0x3F) }
        return (Unicode.Scalar(code) ?? "\u{FFFD}", length)
    }
}
