import ControlWire
import Foundation
import RolloutCore
import Testing

@Suite("Settings of upstreams as documents")
struct SettingsReaderTests {
    private static func read(_ document: String) throws -> UpstreamSettings {
        try SettingsReader.read(JSONValue(parsing: Array(document.utf8)), at: "/settings")
    }

    static let documents: [(String, UpstreamSettings)] = [
        ("{}", UpstreamSettings()),
        (#"{"ejection":null,"inFlight":null}"#, UpstreamSettings(ejection: nil)),
        (#"{"ejection":{}}"#, UpstreamSettings()),
        (
            #"{"inFlight":4,"queue":{"milliseconds":50},"connections":8,"connectionSeconds":0,"connectionRequests":9}"#,
            UpstreamSettings(
                inFlight: 4,
                queue: QueueRule(milliseconds: 50),
                connections: 8,
                connectionSeconds: 0,
                connectionRequests: 9
            )
        ),
        (
            #"{"slowStartSeconds":0,"resolveSeconds":5,"probe":{"path":"/ready","failures":1,"status":204}}"#,
            UpstreamSettings(
                slowStartSeconds: 0,
                probe: ProbeRule(path: "/ready", failures: 1, status: 204),
                resolveSeconds: 5
            )
        ),
        (
            #"{"ejection":{"failures":2,"errorShare":0.9,"answers":5,"seconds":3,"maximumSeconds":9,"share":0.2}}"#,
            UpstreamSettings(
                ejection: EjectionRule(
                    failures: 2,
                    errorShare: 0.9,
                    answers: 5,
                    seconds: 3,
                    maximumSeconds: 9,
                    share: 0.2
                )
            )
        ),
    ]

    @Test("What is named counts, the rest keeps its default; null switches ejection off", arguments: documents)
    func reading(document: String, expected: UpstreamSettings) throws {
        #expect(try Self.read(document) == expected)
    }

    @Test(
        "A field of a wrong type, and one that nobody knows, is named",
        arguments: [
            ("[]", "/settings"), (#"{"inFlight":"4"}"#, "/settings/inFlight"),
            (#"{"inFlight":1.5}"#, "/settings/inFlight"), (#"{"queue":3}"#, "/settings/queue"),
            (#"{"queue":{"size":3}}"#, "/settings/queue/size"), (#"{"probe":{}}"#, "/settings/probe/path"),
            (#"{"ejection":{"share":"half"}}"#, "/settings/ejection/share"), (#"{"retries":1}"#, "/settings/retries"),
        ]
    )
    func refusal(document: String, pointer: String) {
        let error = #expect(throws: InvalidValue.self) { try Self.read(document) }
        #expect(error?.pointer == pointer)
    }

    @Test("What the service shows can be sent again unchanged")
    func roundTrip() throws {
        for (_, settings) in Self.documents {
            let shown = try JSONEncoder().encode(settings)
            #expect(try SettingsReader.read(JSONValue(parsing: Array(shown)), at: "") == settings)
        }
    }
}
