/// A version without traffic that a pinned request may name: registered, deprecated, failed or otherwise out of the split.
package struct PinTarget: Hashable, Sendable, Codable {
    /// A route carries so many at most, the newest.
    package static let limit = 32

    package let version: VersionName
    /// At least one.
    package let upstreams: [UpstreamURL]
    /// The model's name at the upstream when it differs from ours.
    package let upstreamModel: String?
    /// What replaces a client's `/versions/N` or `/labels/X`; nil removes it.
    package let upstreamVersion: String?
    /// How the upstreams are used.
    package let settings: UpstreamSettings

    package init(_ specification: VersionSpecification) {
        self.version = specification.version
        self.upstreams = specification.upstreams
        self.upstreamModel = specification.upstreamModel
        self.upstreamVersion = specification.upstreamVersion
        self.settings = specification.settings
    }
}

extension PinTarget {
    private enum CodingKeys: String, CodingKey { case version, upstreams, upstreamModel, upstreamVersion, settings }

    /// A version that was registered when there were no settings has the defaults.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.version = try container.decode(VersionName.self, forKey: .version)
        self.upstreams = try container.decode([UpstreamURL].self, forKey: .upstreams)
        self.upstreamModel = try container.decodeIfPresent(String.self, forKey: .upstreamModel)
        self.upstreamVersion = try container.decodeIfPresent(String.self, forKey: .upstreamVersion)
        self.settings = try container.decodeIfPresent(UpstreamSettings.self, forKey: .settings) ?? UpstreamSettings()
    }
}
