/// Leave to send requests to a version by its name, for some time.
///
/// Signed, so that a gateway needs nothing but its route snapshot to know one: `pin1:MODEL:VERSION:EXPIRY:TAG`, `*` for every model
/// or version, the expiry in seconds since 1970, the tag 32 hexadecimal digits over all that stands before its colon.
package struct PinToken: Hashable, Sendable {
    /// Why a token doesn't let a request through.
    package enum Refusal: Hashable, Sendable {
        case expired
        case otherModel
        case otherVersion
    }

    /// Bytes of the longest text.
    package static let textLimit = 192
    /// Seconds for which a token may be made: a minute to 30 days.
    package static let validity = 60...2_592_000

    /// Nil for every model.
    package let model: ModelName?
    /// Nil for every version.
    package let version: VersionName?
    /// Whole seconds since 1970.
    private let expiry: Int64

    /// - Parameter expiresAt: Cut to whole seconds.
    package init(model: ModelName?, version: VersionName?, expiresAt: Timestamp) {
        self.model = model
        self.version = version
        self.expiry = expiresAt.microseconds / 1_000_000
    }

    package var expiresAt: Timestamp { Timestamp(microseconds: self.expiry * 1_000_000) }

    /// Why a request to `version` of `model` at `time` is refused; nil when it isn't.
    package func refusal(of version: some StringProtocol, of model: ModelName, at time: Timestamp) -> Refusal? {
        if time >= self.expiresAt { return .expired }
        if let own = self.model, own != model { return .otherModel }
        if let own = self.version, !own.text.utf8.elementsEqual(version.utf8) { return .otherVersion }
        return nil
    }
}

// MARK: - Text

extension PinToken {
    private static let format = "pin1"
    private static let any = "*"
    private static let colon = UInt8(ascii: ":")

    package func text(signedWith key: PinKey) -> String {
        let (model, version) = (self.model?.text ?? Self.any, self.version?.text ?? Self.any)
        let signed = "\(Self.format):\(model):\(version):\(self.expiry)"
        let tag = key.tag(of: Array(signed.utf8))
        return "\(signed):\(HexadecimalWord.text(tag.high))\(HexadecimalWord.text(tag.low))"
    }

    /// Reads a text that was written under `key`; nil for any other.
    package init?(text: [UInt8], signedWith key: PinKey) {
        guard text.count <= Self.textLimit, let end = text.lastIndex(of: Self.colon) else { return nil }
        let digits = text[(end + 1)...]
        guard digits.count == 32, let high = HexadecimalWord.read(digits.prefix(16)),
            let low = HexadecimalWord.read(digits.suffix(16))
        else { return nil }
        let tag = key.tag(of: text[..<end])
        // All bits at once: how long it takes says nothing about which of them differ.
        guard (tag.high ^ high) | (tag.low ^ low) == 0 else { return nil }
        // What our key has signed is written as above.
        let parts = text[..<end].split(separator: Self.colon, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard parts.count == 4, parts[0] == Self.format, let expiry = Int64(parts[3]) else { return nil }
        do throws(InvalidValue) {
            self.model = parts[1] == Self.any ? nil : try ModelName(parts[1])
            self.version = parts[2] == Self.any ? nil : try VersionName(parts[2])
        } catch { return nil }
        self.expiry = expiry
    }
}
