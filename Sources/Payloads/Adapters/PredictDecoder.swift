import RolloutCore

/// TensorFlow Serving's and KServe's first protocol, and MLflow's: rows or columns under a member with a known name.
struct PredictDecoder {
    static func decodeRequest(_ json: JSONCursor, into table: inout PayloadTable) throws(PayloadFault) {
        try self.decode(json, role: .feature, into: &table) { name, bytes in
            if name.equals("instances", in: bytes) { return .values("instances") }
            if name.equals("inputs", in: bytes) { return .values("inputs") }
            if name.equals("dataframe_records", in: bytes) { return .values("dataframe_records") }
            return name.equals("dataframe_split", in: bytes) ? .split : nil
        }
    }

    static func decodeAnswer(_ json: JSONCursor, into table: inout PayloadTable) throws(PayloadFault) {
        try self.decode(json, role: .prediction, into: &table) { name, bytes in
            if name.equals("predictions", in: bytes) { return .values("predictions") }
            return name.equals("outputs", in: bytes) ? .values("outputs") : nil
        }
        if table.rows == 0 { throw .noPrediction }
    }

    /// What a member of the body holds.
    private enum Member {
        case values(String)
        /// MLflow's frame: column names apart from their values.
        case split
    }

    private static func decode(
        _ json: JSONCursor,
        role: SignalRole,
        into table: inout PayloadTable,
        member: (JSONText, [UInt8]) -> Member?
    ) throws(PayloadFault) {
        var reader = RowReader(json, role: role)
        do throws(JSONFault) {
            var isFound = false
            try reader.json.beginObject()
            while let key = try reader.json.nextKey() {
                switch isFound ? nil : member(key, reader.json.bytes) {
                case .values(let name): try self.readValues(&reader, named: name, into: &table)
                case .split: try self.readSplit(&reader, into: &table)
                case nil:
                    try reader.json.skip()
                    continue
                }
                isFound = true
            }
            try reader.json.finish()
            if !isFound { throw JSONFault(offset: 0, reason: .wrongShape) }
        } catch {
            throw .json(error)
        }
    }

    /// Rows in a list, columns in an object, or one value that is one row.
    private static func readValues(
        _ reader: inout RowReader,
        named name: String,
        into table: inout PayloadTable
    ) throws(JSONFault) {
        switch try reader.json.kind() {
        case .array:
            table.layout = .instances
            try reader.readRows(named: name, into: &table)
        case .object:
            table.layout = .columns
            try reader.readColumns(into: &table)
        case .text, .number, .flag, .null:
            table.layout = .instances
            try reader.readMember(of: table.add(name: name, role: reader.role), row: 0, into: &table)
        }
    }

    private static func readSplit(_ reader: inout RowReader, into table: inout PayloadTable) throws(JSONFault) {
        table.layout = .instances
        var names: [(start: Int, length: Int)] = []
        var matrix: Int?
        try reader.json.beginObject()
        while let key = try reader.json.nextKey() {
            if key.equals("columns", in: reader.json.bytes) {
                names = try self.readNames(&reader, into: &table)
            } else if key.equals("data", in: reader.json.bytes), matrix == nil {
                let field = table.add(name: "dataframe_split", role: reader.role)
                try reader.json.beginArray()
                if try reader.json.nextElement() { try reader.readMatrix(into: field, of: &table) }
                matrix = field
            } else {
                try reader.json.skip()
            }
        }
        guard let matrix else { throw reader.json.fault(.wrongShape) }
        table.split(matrix, named: names)
    }

    private static func readNames(
        _ reader: inout RowReader,
        into table: inout PayloadTable
    ) throws(JSONFault) -> [(start: Int, length: Int)] {
        var names: [(start: Int, length: Int)] = []
        try reader.json.beginArray()
        while try reader.json.nextElement() {
            if try reader.json.kind() == .text {
                let name = try reader.json.text()
                names.append(table.keep(name, of: reader.json))
            } else {
                // A frame whose columns are only numbered.
                try reader.json.skip()
                names.append(table.keep("\(names.count)"))
            }
        }
        return names
    }
}
