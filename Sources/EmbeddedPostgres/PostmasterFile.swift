import Foundation

/// What a server says about itself in `postmaster.pid`.
///
/// Lines: `src/include/utils/pidfile.h`.
struct PostmasterFile: Equatable {
    let process: Int32
    let acceptsConnections: Bool

    init(process: Int32, acceptsConnections: Bool) {
        self.process = process
        self.acceptsConnections = acceptsConnections
    }

    init?(text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, let process = Int32(first) else { return nil }
        self.process = process
        acceptsConnections = lines.count > 7 && lines[7].hasPrefix("ready")
    }

    static func path(inCluster cluster: String) -> String { "\(cluster)/postmaster.pid" }

    static func read(inCluster cluster: String) -> PostmasterFile? {
        guard let text = try? String(contentsOfFile: path(inCluster: cluster), encoding: .utf8) else { return nil }
        return PostmasterFile(text: text)
    }
}
