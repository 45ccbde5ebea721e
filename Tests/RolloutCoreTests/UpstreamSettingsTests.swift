import Foundation
import RolloutCore
import Testing

@Suite("Settings of a version's upstreams")
struct UpstreamSettingsTests {
    static let everything = UpstreamSettings(
        inFlight: 32,
        queue: QueueRule(length: 0, milliseconds: 60_000),
        connections: 64,
        connectionSeconds: 0,
        connectionRequests: 1_000,
        slowStartSeconds: 0,
        ejection: EjectionRule(failures: 1, errorShare: 1, answers: 1, seconds: 3_600, maximumSeconds: 3_600, share: 1),
        probe: ProbeRule(
            path: "/v2/health/ready?x=1",
            intervalSeconds: 1,
            timeoutMilliseconds: 10,
            passes: 1,
            failures: 1,
            status: 204
        ),
        resolveSeconds: 1
    )

    @Test("The defaults, and values at the ends of their ranges, are accepted")
    func acceptable() {
        #expect(UpstreamSettings().complaints() == [])
        #expect(Self.everything.complaints() == [])
    }

    private static func changed(_ change: (inout UpstreamSettings) -> Void) -> UpstreamSettings {
        var settings = Self.everything
        change(&settings)
        return settings
    }

    static let wrong: [(String, UpstreamSettings)] = [
        ("/inFlight", changed { $0.inFlight = 0 }), ("/inFlight", changed { $0.inFlight = 1_000_001 }),
        ("/queue/length", changed { $0.queue.length = -1 }),
        ("/queue/length", changed { $0.queue.length = 100_001 }),
        ("/queue/milliseconds", changed { $0.queue.milliseconds = 0 }),
        ("/connections", changed { $0.connections = 0 }),
        ("/connectionSeconds", changed { $0.connectionSeconds = -1 }),
        ("/connectionRequests", changed { $0.connectionRequests = 0 }),
        ("/slowStartSeconds", changed { $0.slowStartSeconds = 3_601 }),
        ("/resolveSeconds", changed { $0.resolveSeconds = 0 }),
        ("/ejection/failures", changed { $0.ejection?.failures = 0 }),
        ("/ejection/errorShare", changed { $0.ejection?.errorShare = 0 }),
        ("/ejection/errorShare", changed { $0.ejection?.errorShare = .nan }),
        ("/ejection/answers", changed { $0.ejection?.answers = 0 }),
        ("/ejection/seconds", changed { $0.ejection?.seconds = 0 }),
        ("/ejection/maximumSeconds", changed { $0.ejection?.maximumSeconds = 3_599 }),
        ("/ejection/share", changed { $0.ejection?.share = 1.1 }),
        ("/probe/path", changed { $0.probe?.path = "ready" }), ("/probe/path", changed { $0.probe?.path = "/a b" }),
        ("/probe/path", changed { $0.probe?.path = "/\r\nHost: x" }),
        ("/probe/path", changed { $0.probe?.path = "/" + String(repeating: "a", count: 1_024) }),
        ("/probe/intervalSeconds", changed { $0.probe?.intervalSeconds = 0 }),
        ("/probe/timeoutMilliseconds", changed { $0.probe?.timeoutMilliseconds = 9 }),
        ("/probe/passes", changed { $0.probe?.passes = 101 }), ("/probe/failures", changed { $0.probe?.failures = 0 }),
        ("/probe/status", changed { $0.probe?.status = 600 }),
    ]

    @Test("What is out of its range is refused, and the field is named", arguments: wrong)
    func refused(pointer: String, settings: UpstreamSettings) {
        #expect(settings.complaints().map(\.pointer) == [pointer])
        let error = #expect(throws: InvalidValue.self) {
            try VersionSpecification(
                version: versionName("2"),
                upstreams: [UpstreamURL("http://a")],
                settings: settings
            )
        }
        #expect(error?.pointer == "/settings" + pointer)
    }

    @Test(
        "What is stored is read again as it was",
        arguments: [UpstreamSettings(), everything, UpstreamSettings(ejection: nil)]
    )
    func storage(settings: UpstreamSettings) throws {
        let text = try JSONEncoder().encode(settings)
        #expect(try JSONDecoder().decode(UpstreamSettings.self, from: text) == settings)
    }

    @Test("Versions and arms that were stored without settings have the defaults")
    func older() throws {
        let version = try VersionSpecification(version: versionName("2"), upstreams: [UpstreamURL("http://a")])
        let arm = RouteArm(
            cohort: .stable,
            version: versionName("2"),
            weight: .full,
            upstreams: version.upstreams,
            upstreamModel: "m",
            upstreamVersion: nil
        )

        #expect(try Self.withoutSettings(version) == version)
        #expect(try Self.withoutSettings(arm) == arm)
        #expect(try JSONDecoder().decode(UpstreamSettings.self, from: Data("{}".utf8)) == UpstreamSettings())
    }

    private static func withoutSettings<Value: Codable>(_ value: Value) throws -> Value {
        var members = try #require(
            JSONSerialization.jsonObject(with: JSONEncoder().encode(value)) as? [String: Any]
        )
        #expect(members.removeValue(forKey: "settings") != nil)
        return try JSONDecoder().decode(Value.self, from: JSONSerialization.data(withJSONObject: members))
    }
}
