/// Why a body could not be read as what it should be.
enum PayloadFault: Error, Hashable {
    case json(JSONFault)
    /// It lacks what its protocol demands.
    case incomplete
    /// A tensor's values are not as many as its shape says, or its bytes end too early.
    case badTensor
    /// The answer says that it failed, or has nothing in it that could be a prediction.
    case noPrediction
}
