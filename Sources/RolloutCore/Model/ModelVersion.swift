/// Where a version stands in its life.
///
/// `registered → canary → stable → deprecated`; `canary → failed | inconclusive | superseded`; `deprecated → stable` by restore only.
package enum VersionState: String, Hashable, Sendable, Codable, CaseIterable {
    /// Known, without traffic; waits for its rollout.
    case registered
    /// Under trial in the active rollout.
    case canary
    /// Serves everyone outside the rollout; one a model.
    case stable
    /// Was stable; can be restored.
    case deprecated
    /// Rolled back: by a check, a hard stop, a limit or an operator.
    case failed
    /// Its rollout ended without proof for or against it.
    case inconclusive
    /// A newer version took its place during its rollout.
    case superseded

    /// The states a version in this state may go to.
    package var successors: Set<VersionState> {
        switch self {
        case .registered: [.canary, .stable]
        case .canary: [.stable, .failed, .inconclusive, .superseded]
        case .stable: [.deprecated]
        case .deprecated: [.stable]
        case .failed, .inconclusive, .superseded: []
        }
    }
}

/// What a version is and where it answers: given at registration, never edited.
package struct VersionSpecification: Hashable, Sendable, Codable {
    package let version: VersionName
    /// 1…64, each once.
    package let upstreams: [UpstreamURL]
    /// The model's name at the upstream, when it differs.
    package let upstreamModel: String?
    /// The version's name at the upstream, put in the place of a client's `/versions/N`.
    package let upstreamVersion: String?
    /// How gateways use the upstreams.
    package let settings: UpstreamSettings
    package let labels: [String: String]
    /// How it is to be tried; the default plan when it brings none.
    package let plan: RolloutPlan

    /// - Throws: `InvalidValue` that points at the first wrong field.
    package init(
        version: VersionName,
        upstreams: [UpstreamURL],
        upstreamModel: String? = nil,
        upstreamVersion: String? = nil,
        settings: UpstreamSettings = UpstreamSettings(),
        labels: [String: String] = [:],
        plan: RolloutPlan = RolloutPlan()
    ) throws(InvalidValue) {
        guard (1...64).contains(upstreams.count) else {
            throw InvalidValue("a version has 1 to 64 upstreams; got \(upstreams.count)", at: "/upstreams")
        }
        guard Set(upstreams).count == upstreams.count else {
            throw InvalidValue("an upstream is named twice", at: "/upstreams")
        }
        for (field, text) in [("upstreamModel", upstreamModel), ("upstreamVersion", upstreamVersion)] {
            guard let text else { continue }
            guard !text.isEmpty, text.utf8.count <= 128, text.utf8.allSatisfy(isPathSafe) else {
                throw InvalidValue("must be 1 to 128 characters that need no escape in a path segment", at: "/" + field)
            }
        }
        if let complaint = LabelRules.complaint(labels) { throw complaint }
        if let complaint = settings.complaints().first { throw complaint.under("settings") }
        if let complaint = plan.complaints().first { throw complaint.under("plan") }
        self.version = version
        self.upstreams = upstreams
        self.upstreamModel = upstreamModel
        self.upstreamVersion = upstreamVersion
        self.settings = settings
        self.labels = labels
        self.plan = plan
    }
}

extension VersionSpecification {
    private enum CodingKeys: String, CodingKey {
        case version, upstreams, upstreamModel, upstreamVersion, settings, labels, plan
    }

    /// A version that was registered when there were no settings has the defaults.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.version = try container.decode(VersionName.self, forKey: .version)
        self.upstreams = try container.decode([UpstreamURL].self, forKey: .upstreams)
        self.upstreamModel = try container.decodeIfPresent(String.self, forKey: .upstreamModel)
        self.upstreamVersion = try container.decodeIfPresent(String.self, forKey: .upstreamVersion)
        self.settings = try container.decodeIfPresent(UpstreamSettings.self, forKey: .settings) ?? UpstreamSettings()
        self.labels = try container.decode([String: String].self, forKey: .labels)
        self.plan = try container.decode(RolloutPlan.self, forKey: .plan)
    }
}

/// A registered version with its state.
package struct ModelVersion: Hashable, Sendable {
    package let model: ModelName
    package let specification: VersionSpecification
    package var state: VersionState
    package let registeredAt: Timestamp
    package var stateChangedAt: Timestamp

    package init(
        model: ModelName,
        specification: VersionSpecification,
        state: VersionState,
        registeredAt: Timestamp,
        stateChangedAt: Timestamp
    ) {
        self.model = model
        self.specification = specification
        self.state = state
        self.registeredAt = registeredAt
        self.stateChangedAt = stateChangedAt
    }

    package var name: VersionName { self.specification.version }
}

private func isPathSafe(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"):
        true
    default: false
    }
}
