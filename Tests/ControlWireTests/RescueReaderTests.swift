import ControlWire
import RolloutCore
import Testing

@Suite("A rescue as a document")
struct RescueReaderTests {
    @Test(
        "true stands for the defaults, false and null for none, an object for what it says",
        arguments: [
            ("true", RescueRule()), ("{}", RescueRule()), ("false", nil), ("null", nil),
            (#"{"afterMilliseconds":2000}"#, RescueRule(afterMilliseconds: 2_000)),
            (
                #"{"serverErrors":false,"afterMilliseconds":100,"maximumBodyBytes":7}"#,
                RescueRule(serverErrors: false, afterMilliseconds: 100, maximumBodyBytes: 7)
            ),
        ] as [(String, RescueRule?)]
    )
    func forms(document: String, expected: RescueRule?) throws {
        #expect(try PlanReaderTests.read(#"{"rescue":\#(document)}"#) == RolloutPlan(rescue: expected))
    }

    @Test(
        "Anything else is refused where it stands",
        arguments: [
            (#""on""#, "/plan/rescue"), ("1", "/plan/rescue"),
            (#"{"after":1}"#, "/plan/rescue/after"),
            (#"{"afterMilliseconds":1.5}"#, "/plan/rescue/afterMilliseconds"),
            (#"{"serverErrors":"yes"}"#, "/plan/rescue/serverErrors"),
        ]
    )
    func refused(document: String, pointer: String) throws {
        let refusal = #expect(throws: InvalidValue.self) { try PlanReaderTests.read(#"{"rescue":\#(document)}"#) }
        #expect(refusal?.pointer == pointer)
    }
}

@Suite("Requests for pin tokens")
struct PinTokenRequestTests {
    private static func read(_ document: String, namesVersion: Bool = true) throws -> PinTokenRequest {
        try PinTokenRequest(JSONValue(parsing: Array(document.utf8)), namesVersion: namesVersion)
    }

    @Test("A token is for an hour and every version unless it is asked otherwise")
    func values() throws {
        let plain = try Self.read("{}")
        #expect(plain.version == nil)
        #expect(plain.validSeconds == 3_600)
        let full = try Self.read(#"{"version":"v3","validSeconds":2592000}"#)
        #expect(full.version == (try VersionName("v3")))
        #expect(full.validSeconds == 2_592_000)
    }

    @Test(
        "Anything else is refused where it stands",
        arguments: [
            (#"{"version":"a b"}"#, true, "/version"), (#"{"version":"v3"}"#, false, "/version"),
            (#"{"validSeconds":59}"#, true, "/validSeconds"), (#"{"validSeconds":2592001}"#, true, "/validSeconds"),
            (#"{"valid":60}"#, true, "/valid"),
        ]
    )
    func refused(document: String, namesVersion: Bool, pointer: String) throws {
        let refusal = #expect(throws: InvalidValue.self) { try Self.read(document, namesVersion: namesVersion) }
        #expect(refusal?.pointer == pointer)
    }
}
