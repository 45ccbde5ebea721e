import Foundation
import Glibc

/// The server processes at work in a cluster: those whose working directory it is.
///
/// A server that was killed leaves processes that still write to shared memory for a moment; a new server beside
/// them would damage the cluster, so they are waited for. Process numbers in files may be anybody's by now and are
/// not believed.
struct ClusterProcesses {
    let cluster: String

    func running() -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter(isServerProcess)
    }

    /// The name is checked too: an operator's shell may have gone to the directory.
    private func isServerProcess(_ process: Int32) -> Bool {
        let folder = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/cwd")
        guard folder == cluster else { return false }
        return (try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)) == "postgres\n"
    }

    /// Waits until there are none: first for them to end by themselves, then by SIGINT, then by SIGQUIT.
    func waitUntilGone(patience: Duration) throws(EmbeddedPostgresError) {
        let start = ContinuousClock.now
        let steps: [(after: Duration, signal: Int32)] = [(patience, SIGINT), (patience * 2, SIGQUIT)]
        var nextStep = 0
        while true {
            let processes = running()
            guard !processes.isEmpty else { return }
            let waited = start.duration(to: .now)
            if nextStep < steps.count, waited > steps[nextStep].after {
                for process in processes { kill(process, steps[nextStep].signal) }
                nextStep += 1
            }
            if waited > patience * 3 { throw .orphanDoesNotEnd(path: cluster, processes: processes) }
            Thread.sleep(forTimeInterval: 0.02)
        }
    }

    /// Removes a `postmaster.pid` whose process number has gone to somebody else, which the server would believe.
    ///
    /// Only after `waitUntilGone`: the file also guards the shared memory of processes that are left.
    func removeStalePostmasterFile() {
        guard let file = PostmasterFile.read(inCluster: cluster), kill(file.process, 0) == 0 else { return }
        try? FileManager.default.removeItem(atPath: PostmasterFile.path(inCluster: cluster))
    }
}
