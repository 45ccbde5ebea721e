import ControlWire
import Foundation
import RolloutCore
import Testing

@Suite("Declarations of signals")
struct SignalsReaderTests {
    private static let everything = """
        {"adapter": "openInference", "positiveClass": "1", "slices": ["region"], "inspectPerSecond": 7,
         "maximumBodyBytes": 2048, "predictionsPerSecond": 3, "predictionDays": 30, "key": {"header": "x-user"},
         "payloadSample": {"perMinute": 2, "days": 5, "redact": ["/inputs/0/data/*"]},
         "signals": [
           {"name": "age", "role": "feature", "kind": "number", "source": {"body": "request", "path": "input-0.3"}},
           {"name": "region", "role": "feature", "kind": "category", "source": {"body": "request", "path": "/r"}},
           {"name": "sure", "role": "confidence", "source": {"body": "response", "path": "/scores/*"}}]}
        """

    private func read(_ text: String) throws -> ModelSignals {
        try SignalsReader.read(JSONValue(parsing: Array(text.utf8)))
    }

    @Test("What a model shows can be sent again unchanged")
    func roundTrip() throws {
        let signals = try self.read(Self.everything)

        let shown = String(decoding: try JSONEncoder().encode(signals), as: UTF8.self)

        #expect(try self.read(shown) == signals)
        #expect(signals.key == .header("x-user") && signals.payloadSample?.redact == ["/inputs/0/data/*"])
        #expect(signals.signals.map(\.kind) == [.number, .category, .share])
        #expect(try self.read("{}") == ModelSignals())
        let defaults = String(decoding: try JSONEncoder().encode(ModelSignals()), as: UTF8.self)
        #expect(try self.read(defaults) == ModelSignals())
    }

    @Test(
        "A wrong declaration is refused at its place",
        arguments: [
            (#"{"adaptor":"auto"}"#, "/adaptor"), (#"{"adapter":"grpc"}"#, "/adapter"),
            (#"{"signals":{}}"#, "/signals"),
            (#"{"signals":[{"name":"a"}]}"#, "/signals/0/role"),
            (#"{"signals":[{"name":"","role":"feature"}]}"#, "/signals/0/name"),
            (#"{"signals":[{"name":"a","role":"feature"}]}"#, "/signals/0/kind"),
            (#"{"signals":[{"name":"a","role":"feature","kind":"number"}]}"#, "/signals/0/source"),
            (
                #"{"signals":[{"name":"a","role":"feature","kind":"number","source":{"body":"x","path":"p"}}]}"#,
                "/signals/0/source/body"
            ),
            (
                #"{"signals":[{"name":"a","role":"feature","kind":"number","source":{"body":"request","path":""}}]}"#,
                "/signals/0/source/path"
            ),
            (
                #"{"signals":[{"name":"a","role":"confidence","kind":"number","source":{"body":"response","path":"p"}}]}"#,
                "/signals/0/kind"
            ),
            (#"{"key":{}}"#, "/key"), (#"{"key":{"header":"a","request":"b"}}"#, "/key"),
            (#"{"key":{"header":"a b"}}"#, "/key/header"), (#"{"slices":[3]}"#, "/slices/0"),
            (#"{"inspectPerSecond":-1}"#, "/inspectPerSecond"), (#"{"predictionDays":0}"#, "/predictionDays"),
            (#"{"maximumBodyBytes":1.5}"#, "/maximumBodyBytes"),
            (#"{"payloadSample":{"redact":["x"]}}"#, "/payloadSample/redact/0"),
            (#"{"payloadSample":{"perMinute":0}}"#, "/payloadSample/perMinute"), ("[]", ""),
        ]
    )
    func refusals(text: String, pointer: String) throws {
        let error = #expect(throws: InvalidValue.self) { try self.read(text) }

        #expect(error?.pointer == pointer, "\(String(describing: error))")
    }
}
