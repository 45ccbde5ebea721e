import PostgresClient
import RolloutCore
import RolloutEngine
import Testing

@testable import PostgresStore

@Suite("Making pin tokens")
struct PinTokensTests {
    private static let expiry = Timestamp(microseconds: 1_763_740_800_000_000)

    @Test("A token is signed with what the gateways' snapshots bring")
    func made() throws {
        try Workbench.with { bench in
            _ = try bench.startRollout()
            let (token, text) = try PinTokens(store: bench.store).make(
                model: Workbench.model,
                version: versionName("2"),
                until: Self.expiry
            )
            let key = try #require(try bench.feed().next(after: nil, timeout: .zero)?.stampKey)

            #expect(PinToken(text: Array(text.utf8), signedWith: PinKey(derivedFrom: key.hash)) == token)
            #expect(token == PinToken(model: Workbench.model, version: versionName("2"), expiresAt: Self.expiry))
        }
    }

    @Test("There is none for a model or a version that doesn't exist")
    func unknown() throws {
        try Workbench.with { bench in
            _ = try bench.startRollout()
            let tokens = PinTokens(store: bench.store)

            #expect(throws: CommandError.unknownModel(modelName("nobody"))) {
                try tokens.make(model: modelName("nobody"), version: nil, until: Self.expiry)
            }
            #expect(throws: CommandError.unknownVersion(versionName("9"), Workbench.model)) {
                try tokens.make(model: Workbench.model, version: versionName("9"), until: Self.expiry)
            }
        }
    }

    @Test("With the database away they are made as before, if it was ever there")
    func away() throws {
        try Workbench.with { bench in
            try bench.createModel()
            let (known, unknown) = (PinTokens(store: bench.store), PinTokens(store: bench.store))
            try known.prepare()
            let before = try known.make(model: Workbench.model, version: nil, until: Self.expiry)
            bench.pool.close()

            let after = try known.make(model: Workbench.model, version: nil, until: Self.expiry)
            #expect(after.text == before.text)
            #expect(throws: (any Error).self) { try unknown.make(model: nil, version: nil, until: Self.expiry) }
        }
    }
}
