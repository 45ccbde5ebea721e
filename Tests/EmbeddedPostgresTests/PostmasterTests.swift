import Foundation
import Glibc
import Logging
import Testing

@testable import EmbeddedPostgres

@Suite("The server's process")
struct PostmasterTests {
    @Test("That the process table can't be read is not the end of a process that is there")
    func unreadableStat() throws {
        let ended = Process()
        ended.executableURL = URL(fileURLWithPath: "/bin/true")
        try ended.run()
        ended.waitUntilExit()

        #expect(Postmaster.isAlive(getpid(), stat: nil))
        #expect(!Postmaster.isAlive(ended.processIdentifier, stat: nil))
    }

    @Test(
        "A process that has ended and was not collected counts as ended",
        arguments: [("7 (postgres) S 1 7", true), ("7 (a) b) Z) R 1 7", true), ("7 (postgres) Z 1 7", false)]
    )
    func state(stat: String, isAlive: Bool) {
        #expect(Postmaster.isAlive(getpid(), stat: stat) == isAlive)
    }

    @Test("What a server writes is kept until its end, and the last lines are known")
    func log() throws {
        let log = try ServerLog(logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "for number in 1 2 3 4 5 6 7 8 9; do echo line $number >&2; done"]
        process.standardError = log.writingEnd
        try process.run()
        log.closeWritingEnd()
        process.waitUntilExit()

        #expect(log.lastLines() == (2...9).map { "line \($0)" })
    }
}
