import ControlWire
import Foundation
import Testing

extension EndToEnd {
    @Suite("The split")
    struct TrafficSplitTests {
        @Test(
            "Of 20 000 requests at 95/5 the canary's server sees 5 % within 4 sigma, and every answer names who gave it"
        )
        func twentyThousandRequests() async throws {
            try await Scenario.run { scenario in
                let stable = try await scenario.startModel("v1")
                let canary = try await scenario.startModel("v2")
                let service = try await scenario.serve()
                try await service.control.createModel()
                try await service.control.register("v1", at: stable.port)
                let registered = try await service.control.register("v2", at: canary.port, plan: Plans.open)
                #expect(registered.propagation.pending == [])

                let requests = 20_000
                let report = try await LoadGenerator(port: service.gatewayPort, clients: 8, requests: requests)
                    .finished()

                #expect(report.statuses == [200: requests], "\(report)")
                #expect(report.failures == [:])
                #expect(report.mislabelled == 0)
                #expect(report.withoutRequestID == 0)
                let (ofStable, ofCanary) = (try await stable.counts(), try await canary.counts())
                #expect(report.versions == ["v1": ofStable.total, "v2": ofCanary.total])
                #expect(ofStable.total + ofCanary.total == requests)
                let sigma = (Double(requests) * 0.05 * 0.95).squareRoot()
                let deviation = (Double(ofCanary.total) - Double(requests) * 0.05) / sigma
                #expect(
                    abs(deviation) < 4,
                    "the canary saw \(ofCanary.total) of \(requests), \(deviation) sigma from 5 %"
                )
                let probe = try service.embeddedDatabase()
                try await probe.awaitCounted(requests)
            }
        }
    }
}
