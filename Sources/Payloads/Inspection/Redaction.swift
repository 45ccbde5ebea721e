/// Makes of a body the text that may be kept.
struct Redaction {
    private static let placeholder = Array("\"[redacted]\"".utf8)

    private let tree: PointerTree
    private let limit: Int

    /// - Parameters:
    ///   - pointers: Pointers to what must not be kept; a text that is no pointer names a member of the root.
    ///   - limit: Bytes of UTF-8 at most.
    init(_ pointers: [String], limit: Int) {
        var tree = PointerTree()
        for pointer in pointers { _ = tree.insert(pointer.hasPrefix("/") ? pointer : "/" + pointer) }
        self.tree = tree
        self.limit = limit
    }

    func text(of body: BodyCoding, isEventStream: Bool) -> String {
        switch body {
        case .plain(let bytes): isEventStream ? self.text(ofEvents: bytes) : self.text(of: bytes)
        case .unknown: "[not kept: in an unknown content coding]"
        case .broken: "[not kept: the content coding is broken]"
        case .tooLarge: "[not kept: too large]"
        }
    }

    private func text(of bytes: [UInt8]) -> String {
        if bytes.isEmpty { return "" }
        var json = JSONCursor(bytes)
        var output: [UInt8] = []
        do throws(JSONFault) {
            try self.copy(&json, at: PointerTree.root, to: &output)
            return self.kept(output) + self.kept(rest: bytes[json.position...], after: output.count)
        } catch {
            return self.tree.count == 0 ? self.kept(rest: bytes[...], after: 0) : "[not kept: no JSON to redact]"
        }
    }

    private func text(ofEvents bytes: [UInt8]) -> String {
        if self.tree.count == 0 { return self.kept(bytes) }
        var output: [UInt8] = []
        var stream = EventStream(bytes)
        while let event = stream.next() {
            output.append(contentsOf: "data: ".utf8)
            if event.bytes[event.range].elementsEqual("[DONE]".utf8) {
                output.append(contentsOf: "[DONE]".utf8)
            } else {
                let text = self.text(of: Array(event.bytes[event.range]))
                output.append(contentsOf: text.utf8)
            }
            output.append(contentsOf: "\n\n".utf8)
        }
        return self.kept(output)
    }

    // MARK: JSON

    /// Copies a value without the white space around it.
    private func copy(_ json: inout JSONCursor, at place: Int?, to output: inout [UInt8]) throws(JSONFault) {
        let kind = try json.kind()
        let start = json.position
        guard let place, self.tree.nodes[place].pointer == nil else {
            try json.skip()
            let isHidden = place != nil
            output.append(contentsOf: isHidden ? Self.placeholder[...] : json.bytes[start..<json.position])
            return
        }
        switch kind {
        case .object: try self.copyObject(&json, at: place, to: &output)
        case .array: try self.copyArray(&json, at: place, to: &output)
        case .text, .number, .flag, .null:
            try json.skip()
            output.append(contentsOf: json.bytes[start..<json.position])
        }
    }

    private func copyObject(_ json: inout JSONCursor, at place: Int, to output: inout [UInt8]) throws(JSONFault) {
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        try json.beginObject()
        while let key = try json.nextKey() {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            output.append(contentsOf: json.bytes[key.start - 1...key.end])
            output.append(UInt8(ascii: ":"))
            try self.copy(&json, at: self.tree.node(under: place, key: key, of: json), to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }

    private func copyArray(_ json: inout JSONCursor, at place: Int, to output: inout [UInt8]) throws(JSONFault) {
        output.append(UInt8(ascii: "["))
        var element = 0
        try json.beginArray()
        while try json.nextElement() {
            if element > 0 { output.append(UInt8(ascii: ",")) }
            try self.copy(&json, at: self.tree.node(under: place, element: element), to: &output)
            element += 1
        }
        output.append(UInt8(ascii: "]"))
    }

    // MARK: Text

    private func kept(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.prefix(self.limit + 4), as: UTF8.self).cut(toBytes: self.limit)
    }

    /// What is no JSON: text as it is, and other bytes in base64 unless something in them might have to be hidden.
    private func kept(rest: ArraySlice<UInt8>, after used: Int) -> String {
        let room = self.limit - used
        if rest.isEmpty || room <= 0 { return "" }
        if rest.allSatisfy({ $0 >= 0x20 && $0 < 0x7F || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }) || self.isText(rest) {
            return self.tree.count == 0 ? String(decoding: rest, as: UTF8.self).cut(toBytes: room) : ""
        }
        if self.tree.count > 0 { return " [\(rest.count) bytes not kept: no JSON to redact]".cut(toBytes: room) }
        let note = " [\(rest.count) bytes, base64] "
        guard room > note.utf8.count else { return "" }
        let digits = Base64.text(of: rest.prefix((room - note.utf8.count) / 4 * 3))
        return note + digits
    }

    private func isText(_ bytes: ArraySlice<UInt8>) -> Bool {
        String(validating: bytes, as: UTF8.self) != nil && !bytes.contains(0)
    }
}
