import RolloutCore

/// The pointers into requests and into answers.
struct BodyTrees: Sendable {
    var request = PointerTree()
    var response = PointerTree()

    subscript(body: SignalSource.Body) -> PointerTree {
        get {
            switch body {
            case .request: self.request
            case .response: self.response
            }
        }
        set {
            switch body {
            case .request: self.request = newValue
            case .response: self.response = newValue
            }
        }
    }
}
