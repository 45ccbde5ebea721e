import RolloutCore

/// The Open Inference Protocol (V2): named tensors in JSON, or raw behind it.
struct OpenInferenceDecoder {
    private var reader: RowReader
    private var tensors: [TensorDescription] = []
    /// Member that holds the tensors.
    private let list: StaticString
    private let headerLength: Int?

    static func decodeRequest(
        _ bytes: [UInt8],
        headerLength: Int?,
        into table: inout PayloadTable
    ) throws(PayloadFault) {
        var decoder = OpenInferenceDecoder(bytes, headerLength, role: .feature, list: "inputs")
        try decoder.decode(into: &table)
    }

    static func decodeAnswer(
        _ bytes: [UInt8],
        headerLength: Int?,
        into table: inout PayloadTable
    ) throws(PayloadFault) {
        var decoder = OpenInferenceDecoder(bytes, headerLength, role: .prediction, list: "outputs")
        try decoder.decode(into: &table)
        if table.rows == 0 { throw .noPrediction }
    }

    private init(_ bytes: [UInt8], _ headerLength: Int?, role: SignalRole, list: StaticString) {
        self.reader = RowReader(JSONCursor(bytes, to: headerLength), role: role)
        self.headerLength = headerLength
        self.list = list
    }

    private mutating func decode(into table: inout PayloadTable) throws(PayloadFault) {
        table.layout = .tensors
        var isFound = false
        do throws(JSONFault) {
            try self.reader.json.beginObject()
            while let key = try self.reader.json.nextKey() {
                if !isFound, key.equals(self.list, in: self.reader.json.bytes) {
                    isFound = true
                    try self.readTensors(into: &table)
                } else {
                    if key.equals("outputs", in: self.reader.json.bytes) { table.isSelection = true }
                    try self.reader.json.skip()
                }
            }
            // Raw tensors follow the JSON at once, unless its length is told.
            if self.headerLength != nil || !self.tensors.contains(where: { $0.binarySize != nil }) {
                try self.reader.json.finish()
            }
        } catch {
            throw .json(error)
        }
        guard isFound else { throw .incomplete }
        try self.readBinary(from: self.headerLength ?? self.reader.json.position, into: &table)
        for tensor in self.tensors { try Self.arrange(tensor, in: &table) }
    }

    // MARK: JSON

    private mutating func readTensors(into table: inout PayloadTable) throws(JSONFault) {
        try self.reader.json.beginArray()
        while try self.reader.json.nextElement() {
            guard table.count < PayloadTable.fieldLimit else { throw self.reader.json.fault(.wrongShape) }
            let field = table.add(name: "tensor-\(self.tensors.count)", role: self.reader.role)
            var tensor = TensorDescription(field: field)
            try self.reader.json.beginObject()
            while let key = try self.reader.json.nextKey() { try self.readMember(key, of: &tensor, into: &table) }
            self.tensors.append(tensor)
        }
    }

    private mutating func readMember(
        _ key: JSONText,
        of tensor: inout TensorDescription,
        into table: inout PayloadTable
    ) throws(JSONFault) {
        let bytes = self.reader.json.bytes
        if key.equals("data", in: bytes) {
            guard !tensor.hasValues else { throw self.reader.json.fault(.wrongShape) }
            tensor.hasValues = true
            try self.reader.readFlat(into: tensor.field, of: &table)
        } else if key.equals("name", in: bytes) {
            let name = try self.reader.json.text()
            table.rename(tensor.field, to: table.keep(name, of: self.reader.json))
        } else if key.equals("datatype", in: bytes) {
            let word = try self.reader.json.text()
            tensor.type = TensorType.allCases.first { word.equals($0, in: bytes) }
        } else if key.equals("shape", in: bytes) {
            tensor.shape = try self.readShape()
        } else if key.equals("parameters", in: bytes), try self.reader.json.kind() == .object {
            tensor.binarySize = try self.readBinarySize()
        } else {
            try self.reader.json.skip()
        }
    }

    private mutating func readShape() throws(JSONFault) -> [Int] {
        var shape: [Int] = []
        try self.reader.json.beginArray()
        while try self.reader.json.nextElement() { shape.append(try self.readCount()) }
        return shape
    }

    private mutating func readBinarySize() throws(JSONFault) -> Int? {
        var size: Int?
        try self.reader.json.beginObject()
        while let key = try self.reader.json.nextKey() {
            if key.equals("binary_data_size", in: self.reader.json.bytes) {
                size = try self.readCount()
            } else {
                try self.reader.json.skip()
            }
        }
        return size
    }

    private mutating func readCount() throws(JSONFault) -> Int {
        let number = try self.reader.json.number().value
        guard number >= 0, number < 1e15, number.rounded(.towardZero) == number else {
            throw self.reader.json.fault(.wrongShape)
        }
        return Int(number)
    }

    /// Gives a tensor's cells the rows that its shape says.
    private static func arrange(_ tensor: TensorDescription, in table: inout PayloadTable) throws(PayloadFault) {
        guard tensor.hasValues || tensor.binarySize != nil else { return }
        guard let width = tensor.width(cells: table[tensor.field].cells.count) else { throw .badTensor }
        table[tensor.field].width = width
        if tensor.type?.isFloating == true { table[tensor.field].isFloating = true }
    }

    // MARK: Binary tensors

    /// Reads the values behind the JSON, tensor by tensor in the order in which they were described.
    private func readBinary(from start: Int, into table: inout PayloadTable) throws(PayloadFault) {
        var start = start
        for tensor in self.tensors {
            guard let size = tensor.binarySize else { continue }
            guard start >= 0, size <= self.reader.json.bytes.count - start, let type = tensor.type, !tensor.hasValues
            else {
                throw .badTensor
            }
            let values = start..<start + size
            start += size
            if let width = type.size {
                guard size % width == 0 else { throw .badTensor }
                self.readNumbers(values, type: type, width: width, into: &table[tensor.field].cells)
            } else {
                try self.readTexts(values, into: tensor.field, of: &table)
            }
        }
    }

    private func readNumbers(_ values: Range<Int>, type: TensorType, width: Int, into cells: inout [Cell]) {
        let bytes = self.reader.json.bytes.span
        cells.reserveCapacity(cells.count + values.count / width)
        for start in stride(from: values.lowerBound, to: values.upperBound, by: width) {
            var bits: UInt64 = 0
            for index in 0..<width { bits |= UInt64(bytes[start + index]) << UInt64(8 * index) }
            cells.append(type.cell(bits: bits))
        }
    }

    /// Each with its length before it in four bytes.
    private func readTexts(
        _ values: Range<Int>,
        into field: Int,
        of table: inout PayloadTable
    ) throws(PayloadFault) {
        let bytes = self.reader.json.bytes
        var start = values.lowerBound
        while start < values.upperBound {
            guard values.upperBound - start >= 4 else { throw .badTensor }
            let length = (0..<4).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) }
            start += 4
            guard length <= values.upperBound - start else { throw .badTensor }
            let place = table.keep(bytes: bytes[start..<start + length])
            table[field].cells.append(Cell(textFrom: place.start, length: place.length))
            start += length
        }
    }
}
