import ControlWire
import Foundation
import RolloutCore
import Testing

@Suite("Pin tokens through the API")
struct PinTokenAPITests {
    @Test("A token is for what was asked, said once, and not to be kept by caches")
    func made() throws {
        try ControlBench.with { bench in
            try bench.openRollout()
            let now = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1e6))

            let answer = try bench.post("/v1/models/digits/pin-tokens", #"{"version":"2","validSeconds":60}"#)
            let token = try answer.decoded(PinTokenResponse.self, status: 201)

            #expect(answer.headers["cache-control"] == "no-store")
            #expect(token.model?.text == "digits" && token.version?.text == "2")
            #expect((58...62).contains(token.expiresAt.seconds(since: now)))
            #expect(token.token.hasPrefix("pin1:digits:2:\(token.expiresAt.microseconds / 1_000_000):"))
            let all = try bench.post("/v1/pin-tokens", "{}").decoded(PinTokenResponse.self, status: 201)
            #expect(all.model == nil && all.version == nil && all.token.hasPrefix("pin1:*:*:"))
        }
    }

    @Test("What doesn't exist, and what can't be asked for, is refused")
    func refused() throws {
        try ControlBench.with { bench in
            try bench.openRollout()
            let unknown = try bench.post("/v1/models/nobody/pin-tokens", "{}")
            _ = try unknown.problem(status: 404, type: "urn:serin:problem:unknown-model")
            let version = try bench.post("/v1/models/digits/pin-tokens", #"{"version":"9"}"#)
            _ = try version.problem(status: 404, type: "urn:serin:problem:unknown-version")
            let long = try bench.post("/v1/models/digits/pin-tokens", #"{"validSeconds":9999999}"#)
            #expect(try long.problem(status: 422, type: "urn:serin:problem:invalid-value").pointer == "/validSeconds")
            let scope = try bench.post("/v1/pin-tokens", #"{"version":"2"}"#)
            #expect(try scope.problem(status: 422, type: "urn:serin:problem:invalid-value").pointer == "/version")
        }
    }

    @Test("Tokens are made with the database away once it has been there")
    func away() throws {
        try ControlBench.with { bench in
            try bench.openRollout()
            _ = try bench.post("/v1/pin-tokens", "{}").decoded(PinTokenResponse.self, status: 201)

            try bench.withoutDatabase {
                let token = try bench.post("/v1/models/digits/pin-tokens", "{}").decoded(
                    PinTokenResponse.self,
                    status: 201
                )
                #expect(token.model?.text == "digits")
            }
        }
    }

    @Test("A rollout with a rescue says what it came to, one without says nothing; pinned requests are the model's")
    func shown() throws {
        try ControlBench.with { bench in
            let id = try bench.openRollout()
            #expect(try bench.get("/v1/rollouts/\(id)").decoded(RolloutResponse.self).rescues == nil)
            #expect(try bench.get("/v1/models/digits").decoded(ModelResponse.self).pinned == [])

            _ = try bench.register("3", more: #","supersede":true,"plan":{"rescue":true}"#)
            let rollout = try #require(try bench.get("/v1/models/digits").decoded(ModelResponse.self).rollout)
            #expect(rollout.plan.rescue == RescueRule())
            #expect(rollout.rescues == RescueTally())
        }
    }
}
