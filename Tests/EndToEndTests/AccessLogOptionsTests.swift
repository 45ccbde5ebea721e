import ArgumentParser
import Foundation
import Gateway
import Testing

@testable import serin

@Suite("Options of the access log")
struct AccessLogOptionsTests {
    private typealias AccessLog = GatewayConfiguration.AccessLog

    private func settings(_ arguments: String, _ environment: [String: String] = [:]) throws -> AccessLog? {
        try AccessLogOptions.parse(arguments.split(separator: " ").map(String.init)).settings(environment)
    }

    @Test("There is no access log unless one is asked for")
    func none() throws {
        #expect(try self.settings("") == nil)
        #expect(try self.settings("", ["SERIN_ACCESS_LOG": ""]) == nil)
    }

    @Test("A file, or standard output, gets all requests or a share")
    func destinations() throws {
        let here = FileManager.default.currentDirectoryPath

        #expect(try self.settings("--access-log -") == AccessLog(destination: .standardOutput, share: 1))
        #expect(
            try self.settings("--access-log /a/b.log --access-log-sample 0.01")
                == AccessLog(destination: .file("/a/b.log"), share: 0.01)
        )
        #expect(
            try self.settings("", ["SERIN_ACCESS_LOG": "b.log"])
                == AccessLog(destination: .file(here + "/b.log"), share: 1)
        )
    }

    @Test(
        "A share must be one, and be of something",
        arguments: ["--access-log - --access-log-sample 2", "--access-log-sample 1"]
    )
    func contradictions(arguments: String) {
        #expect(throws: (any Error).self) {
            try AccessLogOptions.parse(arguments.split(separator: " ").map(String.init))
        }
    }
}
