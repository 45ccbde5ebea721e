import RolloutCore
import Testing

@Suite("Pin tokens")
struct PinTokenTests {
    private let key = PinKey(derivedFrom: KeyedHash(key0: 1, key1: 2))
    private let expiry = Timestamp(microseconds: 1_763_740_800_000_000)

    private func token(_ model: String?, _ version: String?) throws -> PinToken {
        PinToken(
            model: try model.map { try ModelName($0) },
            version: try version.map { try VersionName($0) },
            expiresAt: self.expiry
        )
    }

    @Test(
        "A token reads back as it was made",
        arguments: [("fraud", "v3"), ("fraud", nil), (nil, nil)] as [(String?, String?)]
    )
    func roundTrip(model: String?, version: String?) throws {
        let token = try self.token(model, version)
        let text = token.text(signedWith: self.key)

        #expect(PinToken(text: Array(text.utf8), signedWith: self.key) == token)
        #expect(text.hasPrefix("pin1:\(model ?? "*"):\(version ?? "*"):1763740800:"))
        #expect(text.utf8.count <= PinToken.textLimit)
    }

    @Test("The longest names fit")
    func longest() throws {
        let name = String(repeating: "n", count: 63)
        let token = try self.token(name, name)

        #expect(PinToken(text: Array(token.text(signedWith: self.key).utf8), signedWith: self.key) == token)
    }

    @Test("No byte of a token can be changed, left out or added")
    func forged() throws {
        let text = Array(try self.token("fraud", "v3").text(signedWith: self.key).utf8)
        for index in text.indices {
            for replacement in [text[index] ^ 1, UInt8(ascii: "*"), UInt8(ascii: ":"), UInt8(ascii: "0")]
            where replacement != text[index] {
                var changed = text
                changed[index] = replacement
                #expect(PinToken(text: changed, signedWith: self.key) == nil)
            }
            var shorter = text
            shorter.remove(at: index)
            #expect(PinToken(text: shorter, signedWith: self.key) == nil)
        }
        #expect(PinToken(text: text + [UInt8(ascii: "0")], signedWith: self.key) == nil)
        #expect(PinToken(text: [], signedWith: self.key) == nil)
    }

    @Test("Another installation's key makes another tag, and a request id is none")
    func otherKey() throws {
        let stampKey = KeyedHash(key0: 1, key1: 2)
        let text = try self.token(nil, nil).text(signedWith: PinKey(derivedFrom: KeyedHash(key0: 1, key1: 3)))
        let stamp = RequestStamp(cohort: .canary, generation: 1, milliseconds: 2, unique: 3).text(signedWith: stampKey)

        #expect(PinToken(text: Array(text.utf8), signedWith: self.key) == nil)
        #expect(PinToken(text: Array(stamp.utf8), signedWith: self.key) == nil)
    }

    /// By another implementation of SipHash.
    @Test("The tag is what it was in the first release")
    func pinned() throws {
        #expect(
            try self.token("fraud", "v3").text(signedWith: self.key)
                == "pin1:fraud:v3:1763740800:8b8e37e1fc08d1b14a8156e048d7207a"
        )
    }

    @Test("A token lets through what it says, and only until it expires")
    func refusals() throws {
        let before = Timestamp(microseconds: self.expiry.microseconds - 1)
        let fraud = try ModelName("fraud")
        let one = try self.token("fraud", "v3")

        #expect(one.refusal(of: "v3", of: fraud, at: before) == nil)
        #expect(one.refusal(of: "v3", of: fraud, at: self.expiry) == .expired)
        #expect(one.refusal(of: "v4", of: fraud, at: before) == .otherVersion)
        #expect(one.refusal(of: "v3", of: try ModelName("spam"), at: before) == .otherModel)
        #expect(try self.token("fraud", nil).refusal(of: "v4", of: fraud, at: before) == nil)
        #expect(try self.token(nil, nil).refusal(of: "v4", of: try ModelName("spam"), at: before) == nil)
    }
}

@Suite("Standing of a request")
struct RequestStandingTests {
    static let standings: [RequestStamp.Standing] = [
        .judged(.stable), .judged(.canary), .judged(.baseline), .pinned, .substituted, .late,
    ]

    @Test("The id of a request says by which version, if any, it is judged", arguments: standings)
    func roundTrip(standing: RequestStamp.Standing) throws {
        let key = KeyedHash(key0: 3, key1: 4)
        let stamp = RequestStamp(standing: standing, generation: 9, milliseconds: 1_763_740_800_123, unique: 77)
        let read = try #require(RequestStamp(text: stamp.text(signedWith: key), signedWith: key))

        #expect(read == stamp)
        #expect(read.standing == standing)
        if case .judged(let cohort) = standing { #expect(read.cohort == cohort) } else { #expect(read.cohort == nil) }
    }

    @Test("A request that is not judged after all keeps its moment, generation and number")
    func changed() {
        let stamp = RequestStamp(cohort: .canary, generation: 9, milliseconds: 5, unique: 77)
        let changed = stamp.standing(.substituted)

        #expect(changed == RequestStamp(standing: .substituted, generation: 9, milliseconds: 5, unique: 77))
    }

    @Test("A code that no standing has is no id")
    func unknown() {
        let key = KeyedHash(key0: 3, key1: 4)
        for code in UInt64(6)...15 {
            let words = (1 << 60 | code << 56, UInt64(0), UInt64(0))
            let signed = key.hash(words.0, words.1, 0) & 0xFF_FFFF_FFFF_FFFF
            let text = RequestStamp.text(of: (words.0, words.1, signed))
            #expect(RequestStamp(text: text, signedWith: key) == nil)
        }
    }
}
