import Dispatch
import Foundation
import Glibc

/// A program with its arguments, run in a clean environment.
struct Command: Sendable {
    let program: String
    let arguments: [String]

    init(_ program: String, _ arguments: [String]) {
        self.program = program
        self.arguments = arguments
    }

    struct Outcome {
        let status: Int32
        /// Standard output and standard error, in the order of writing.
        let output: String

        var succeeded: Bool { status == 0 }
    }

    /// A process that has not been started.
    func process() -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        // The programs must neither see PGDATA and its like nor depend on our locale or working directory.
        process.environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"]
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        process.standardInput = FileHandle.nullDevice
        return process
    }

    /// Runs to the end, for programs that end soon and say little.
    func run(limit: Duration = .seconds(60)) throws(EmbeddedPostgresError) -> Outcome {
        let process = process()
        let output = Pipe()
        let ended = DispatchSemaphore(value: 0)
        process.standardOutput = output
        process.standardError = output
        process.terminationHandler = { _ in ended.signal() }
        do {
            try process.run()
        } catch {
            throw .commandFailed(command: program, output: "\(error)")
        }
        guard ended.wait(timeout: .now() + .milliseconds(limit.milliseconds)) == .success else {
            // A child inherits the signals that our thread blocks, so a gentler one might never reach it.
            kill(process.processIdentifier, SIGKILL)
            throw .commandFailed(command: program, output: "did not end within \(limit)")
        }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return Outcome(status: process.terminationStatus, output: text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// Absolute path of a program, looked for as a shell would.
    static func find(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + ["/usr/local/bin", "/usr/bin", "/bin"]
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}

extension Duration {
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}
