import Foundation
import FoundationNetworking
import Testing

@testable import DemoModel

@Suite("The server on a real socket")
struct DemoModelServerTests {
    private func post(_ body: [UInt8], to port: Int, with session: URLSession) async throws -> (Int, [UInt8]) {
        let url = try #require(URL(string: "http://127.0.0.1:\(port)/v2/models/digits/infer"))
        var request = URLRequest(url: url)
        request.httpMethod = "POST"
        request.httpBody = Data(body)
        let (data, response) = try await session.data(for: request)
        return (try #require(response as? HTTPURLResponse).statusCode, Array(data))
    }

    @Test("Held-out rows are answered over one port that the system chose")
    func answersRows() async throws {
        let server = try await DemoModelServer.start(DemoModelConfiguration())
        let session = URLSession(configuration: .ephemeral)
        let rows = try DemoRow.heldOut().prefix(50)
        var right = 0

        for (index, row) in rows.enumerated() {
            let (status, body) = try await self.post(row.requestBody(id: "\(index)"), to: server.port, with: session)
            #expect(status == 200)
            if DemoRow.digit(inAnswer: body) == row.label { right += 1 }
        }
        session.invalidateAndCancel()
        await server.stop()

        #expect(right >= 45)
        #expect(server.counts == ServedCounts(succeeded: 50))
    }

    @Test("A body over the limit gets 413 and the connection lives on")
    func oversizedBody() async throws {
        let server = try await DemoModelServer.start(DemoModelConfiguration())
        let session = URLSession(configuration: .ephemeral)
        let oversized = [UInt8](repeating: 0x20, count: ModelExchangeHandler.bodyLimit + 1)

        let (status, body) = try await self.post(oversized, to: server.port, with: session)
        session.invalidateAndCancel()
        await server.stop()

        #expect(status == 413)
        #expect(String(decoding: body, as: UTF8.self) == #"{"error":"request body is over 1048576 bytes"}"#)
    }

    @Test("A stop lets a delayed request finish, and a second stop does nothing")
    func stopIsGraceful() async throws {
        let faults = try DemoFaults(errorRate: 0, delayMilliseconds: 300)
        let server = try await DemoModelServer.start(DemoModelConfiguration(faults: faults))
        let session = URLSession(configuration: .ephemeral)
        let body = try #require(try DemoRow.heldOut().first).requestBody(id: "slow")
        let started = ContinuousClock.now

        async let answer = self.post(body, to: server.port, with: session)
        while server.counts.succeeded == 0, ContinuousClock.now - started < .seconds(10) { await Task.yield() }
        await server.stop()
        let (status, _) = try await answer
        await server.stop()
        session.invalidateAndCancel()

        #expect(status == 200)
        #expect(ContinuousClock.now - started >= .milliseconds(300))
    }

    @Test("A port that is taken is an error, not a hang")
    func takenPort() async throws {
        let first = try await DemoModelServer.start(DemoModelConfiguration())

        await #expect(throws: (any Error).self) {
            try await DemoModelServer.start(DemoModelConfiguration(port: first.port))
        }

        await first.stop()
    }
}
