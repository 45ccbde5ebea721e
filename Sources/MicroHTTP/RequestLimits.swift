/// What a single request may measure.
struct RequestLimits: Sendable, Equatable {
    var maxTargetBytes: Int
    var maxHeaderBytes: Int
    var maxHeaderCount: Int
    var maxBodyBytes: Int
}
