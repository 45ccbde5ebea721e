import Dispatch
import Foundation
import Synchronization

/// SIGTERM and SIGINT as values: from its making on, neither ends the process by itself.
final class TerminationSignals: Sendable {
    private let stream: AsyncStream<String>
    /// Kept so that they go on listening.
    private let sources: Mutex<[any DispatchSourceSignal]>

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        self.stream = stream
        var sources: [any DispatchSourceSignal] = []
        for (number, name) in [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield(name) }
            source.resume()
            sources.append(source)
        }
        signal(SIGPIPE, SIG_IGN)
        self.sources = Mutex(sources)
    }

    func first() async -> String {
        for await name in self.stream { return name }
        return "none"
    }
}
