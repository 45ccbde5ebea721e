/// How a body lays its values out.
enum PayloadLayout: Hashable, Sendable {
    /// Named tensors of the Open Inference Protocol.
    case tensors
    /// A list of rows.
    case instances
    /// A list of values for each column.
    case columns
    /// An OpenAI-style answer.
    case chat
    /// One object that is one row.
    case json
}
