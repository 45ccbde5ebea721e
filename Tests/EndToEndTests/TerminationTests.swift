import ControlWire
import Glibc
import RolloutCore
import TestSupport
import Testing

extension EndToEnd {
    @Suite("An orderly end under load")
    struct TerminationTests {
        @Test("SIGTERM: requests in flight finish, telemetry is written to the last request, the exit code is 0")
        func terminate() async throws {
            try await TestDatabase.withDatabase { url in
                try await Scenario.run { scenario in
                    let stable = try await scenario.startModel("v1", delayMilliseconds: 200)
                    let service = try await scenario.serve(databaseURL: url, migrates: true)
                    try await service.control.createModel()
                    try await service.control.register("v1", at: stable.port)
                    let load = LoadGenerator(port: service.gatewayPort, clients: 16)
                    try await eventually("requests are in flight") { load.report.answered > 100 }

                    let asked = ContinuousClock.now
                    service.process.send(SIGTERM)
                    #expect(try await service.process.waitForEnd(seconds: 30) == .exit(code: 0))
                    Measured.show("ended \((ContinuousClock.now - asked).milliseconds) ms after SIGTERM under load")
                    let report = try await load.stop()
                    #expect(report.statuses == [200: report.answered], "\(report)")
                    let unexpected = report.failures.keys.filter { $0 != .refused && $0 != .closedUnanswered }
                    #expect(unexpected.isEmpty, "\(report)")
                    let served = try await stable.counts().total
                    #expect(served == report.answered, "every request that reached the model was answered")
                    #expect(try await DatabaseProbe(url: url).countedRequests() == Int64(served))
                }
            }
        }

        @Test("SIGTERM of a service with an embedded PostgreSQL ends both, and the directory can be used again at once")
        func embedded() async throws {
            try await Scenario.run { scenario in
                let service = try await scenario.serve()
                try await service.control.createModel()
                let postmaster = try service.postmaster()
                service.process.send(SIGTERM)
                #expect(try await service.process.waitForEnd(seconds: 30) == .exit(code: 0))
                #expect(kill(postmaster, 0) == -1, "the embedded server has ended")
                let again = try await scenario.restart(service)
                #expect(try await again.control.model().name.text == "digits")
            }
        }
    }
}
