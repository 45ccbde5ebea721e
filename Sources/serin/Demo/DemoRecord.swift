import Synchronization

/// The facts so far, kept outside the story so that an interruption doesn't lose them.
final class DemoRecord: Sendable {
    private let state = Mutex(DemoFacts())

    var facts: DemoFacts { self.state.withLock { $0 } }

    func update(_ change: (inout DemoFacts) -> Void) { self.state.withLock { change(&$0) } }
}
