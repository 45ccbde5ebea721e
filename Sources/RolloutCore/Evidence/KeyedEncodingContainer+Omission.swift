extension KeyedEncodingContainer {
    /// Leaves a value out that says nothing, so that stored documents stay small.
    mutating func encode<Value: Encodable & Equatable>(
        _ value: Value,
        forKey key: Key,
        unless empty: Value
    ) throws {
        if value != empty { try self.encode(value, forKey: key) }
    }
}

extension KeyedDecodingContainer {
    /// Reads what was left out as empty.
    func decode<Value: Decodable>(forKey key: Key, else empty: Value) throws -> Value {
        try self.decodeIfPresent(Value.self, forKey: key) ?? empty
    }
}
