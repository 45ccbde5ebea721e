import RolloutCore

/// JSON of no known protocol, as far as it looks like rows: a list of them, or an object that is one.
struct AnyJSONDecoder {
    static func decodeRequest(_ json: JSONCursor, into table: inout PayloadTable) throws(PayloadFault) {
        try self.decode(json, role: .feature, name: "request", into: &table)
    }

    /// - Throws: `noPrediction` for an object that has several members, none of which is called what predictions are called.
    static func decodeAnswer(_ json: JSONCursor, into table: inout PayloadTable) throws(PayloadFault) {
        try self.decode(json, role: .prediction, name: "predictions", into: &table)
        if table.count > 1 {
            for field in 0..<table.count where !AnswerName(table.name(of: field)).isPrediction {
                table[field].role = .measure
            }
        }
        guard (0..<table.count).contains(where: { table[$0].role == .prediction }) else { throw .noPrediction }
    }

    private static func decode(
        _ json: JSONCursor,
        role: SignalRole,
        name: String,
        into table: inout PayloadTable
    ) throws(PayloadFault) {
        var reader = RowReader(json, role: role)
        do throws(JSONFault) {
            switch try reader.json.kind() {
            case .array:
                table.layout = .instances
                try reader.readRows(named: name, into: &table)
            case .object:
                table.layout = .json
                try reader.readRecord(row: 0, into: &table)
            case .text, .number, .flag, .null:
                table.layout = .json
                try reader.readMember(of: table.add(name: name, role: role), row: 0, into: &table)
            }
            try reader.json.finish()
        } catch {
            throw .json(error)
        }
    }
}
