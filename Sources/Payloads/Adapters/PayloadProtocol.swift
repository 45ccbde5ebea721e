import RolloutCore

/// What a body is written in, once that is decided.
enum PayloadProtocol {
    case openInference
    case predict
    case chat
    /// JSON of no known protocol.
    case json

    /// By what the model says; else by the path; else by what the request looks like.
    ///
    /// - Throws: When it has to be looked at and is no JSON.
    /// - Returns: nil for an exchange that is nobody's prediction, as far as can be told.
    static func find(
        _ adapter: PayloadAdapter,
        path: String,
        request: [UInt8]
    ) throws(PayloadFault) -> PayloadProtocol? {
        switch adapter {
        case .openInference: return .openInference
        case .predict: return .predict
        case .chat: return .chat
        case .json: return .json
        case .auto:
            if let found = self.find(path: path) { return found }
            guard let first = request.first(where: { $0 > 0x20 }),
                first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
            else { return nil }
            do throws(JSONFault) {
                return try self.find(request: JSONCursor(request))
            } catch {
                throw .json(error)
            }
        }
    }

    private static func find(path: String) -> PayloadProtocol? {
        let path = path.utf8.prefix { $0 != UInt8(ascii: "?") }
        if path.ends(with: "/infer"), path.contains("v2/models/") { return .openInference }
        if path.ends(with: ":predict") { return .predict }
        return path.ends(with: "/chat/completions") || path.ends(with: "/v1/completions") ? .chat : nil
    }

    private static func find(request: JSONCursor) throws(JSONFault) -> PayloadProtocol {
        var json = request
        guard try json.kind() == .object else { return .json }
        var (hasPrompt, hasModel) = (false, false)
        try json.beginObject()
        while let key = try json.nextKey() {
            for name in ["instances", "dataframe_split", "dataframe_records"] as [StaticString]
            where key.equals(name, in: json.bytes) {
                return .predict
            }
            if key.equals("messages", in: json.bytes) { return .chat }
            if key.equals("inputs", in: json.bytes) {
                return try self.isTensorList(&json) ? .openInference : .predict
            }
            hasPrompt = hasPrompt || key.equals("prompt", in: json.bytes)
            hasModel = hasModel || key.equals("model", in: json.bytes)
            try json.skip()
        }
        return hasPrompt && hasModel ? .chat : .json
    }

    /// Whether the first element of a list is an object with a `datatype`.
    private static func isTensorList(_ json: inout JSONCursor) throws(JSONFault) -> Bool {
        guard try json.kind() == .array else { return false }
        try json.beginArray()
        guard try json.nextElement(), try json.kind() == .object else { return false }
        try json.beginObject()
        while let key = try json.nextKey() {
            if key.equals("datatype", in: json.bytes) { return true }
            try json.skip()
        }
        return false
    }
}

extension Substring.UTF8View {
    // By bytes: the path is looked at for every exchange, and comparing characters would cost more than decoding a small body.

    fileprivate func ends(with end: String) -> Bool {
        self.count >= end.utf8.count && self.suffix(end.utf8.count).elementsEqual(end.utf8)
    }

    fileprivate func contains(_ part: String) -> Bool {
        self.indices.contains { self[$0...].starts(with: part.utf8) }
    }
}
