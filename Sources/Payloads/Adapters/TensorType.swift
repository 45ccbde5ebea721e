/// A tensor's datatype in the Open Inference Protocol.
enum TensorType: String, CaseIterable {
    case bool = "BOOL"
    case uint8 = "UINT8"
    case uint16 = "UINT16"
    case uint32 = "UINT32"
    case uint64 = "UINT64"
    case int8 = "INT8"
    case int16 = "INT16"
    case int32 = "INT32"
    case int64 = "INT64"
    case float16 = "FP16"
    case bfloat16 = "BF16"
    case float32 = "FP32"
    case float64 = "FP64"
    case bytes = "BYTES"

    var isFloating: Bool {
        switch self {
        case .float16, .bfloat16, .float32, .float64: true
        case .bool, .uint8, .uint16, .uint32, .uint64, .int8, .int16, .int32, .int64, .bytes: false
        }
    }

    /// Bytes of one value; nil where each says its own length.
    var size: Int? {
        switch self {
        case .bool, .uint8, .int8: 1
        case .uint16, .int16, .float16, .bfloat16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        case .bytes: nil
        }
    }

    /// The value of little-endian bits; BYTES have none.
    func cell(bits: UInt64) -> Cell {
        switch self {
        case .bool: Cell(flag: bits != 0)
        case .uint8, .uint16, .uint32, .uint64: Cell(number: Double(bits))
        case .int8: Cell(number: Double(Int8(truncatingIfNeeded: bits)))
        case .int16: Cell(number: Double(Int16(truncatingIfNeeded: bits)))
        case .int32: Cell(number: Double(Int32(truncatingIfNeeded: bits)))
        case .int64: Cell(number: Double(Int64(truncatingIfNeeded: bits)))
        case .float16: Cell(number: Double(Float16(bitPattern: UInt16(truncatingIfNeeded: bits))))
        case .bfloat16: Cell(number: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits) << 16)))
        case .float32: Cell(number: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))))
        case .float64: Cell(number: Double(bitPattern: bits))
        case .bytes: .unusable
        }
    }
}
