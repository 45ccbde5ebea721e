/// The parameters of one execution, in one buffer, as libpq takes them.
struct EncodedParameters {
    private var wire = WireBytes()
    /// Nil for NULL.
    private var offsets: [Int?] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    init(
        _ parameters: [PostgresParameter],
        as types: [PostgresType],
        for statement: PostgresStatement
    ) throws(PostgresError) {
        guard parameters.count == types.count else {
            throw .encoding(
                PostgresError.EncodingFailure(
                    statement: statement.name,
                    parameter: min(parameters.count, types.count) + 1,
                    reason: "\(parameters.count) parameters given, the statement has \(types.count)"
                )
            )
        }
        for (index, (parameter, type)) in zip(parameters, types).enumerated() {
            let start = wire.bytes.count
            do {
                let format = try parameter.append(as: type, to: &wire)
                offsets.append(parameter == .null ? nil : start)
                lengths.append(Int32(clamping: wire.bytes.count - start))
                formats.append(format.rawValue)
            } catch {
                throw .encoding(
                    PostgresError.EncodingFailure(
                        statement: statement.name,
                        parameter: index + 1,
                        reason: error.reason
                    )
                )
            }
        }
    }

    var count: Int32 { Int32(offsets.count) }

    /// The pointers are valid within `body` only.
    func withPointers<Result>(
        _ body: (_ values: [UnsafePointer<CChar>?], _ lengths: [Int32], _ formats: [Int32]) -> Result
    ) -> Result {
        // An empty value still needs a pointer, since a missing one means NULL.
        let bytes = wire.bytes.isEmpty ? [0] : wire.bytes
        return bytes.withUnsafeBytes { buffer in
            let base = buffer.baseAddress.map { $0.assumingMemoryBound(to: CChar.self) }
            let values = offsets.map { offset in offset.flatMap { offset in base.map { $0 + offset } } }
            return body(values, lengths, formats)
        }
    }
}
