import RolloutCore

/// What the target of a forwarded request begins with, for each way the request can have been routed.
package struct TargetPrefixes: Sendable {
    private let base: [UInt8]
    fileprivate let baseAndSlash: [UInt8]
    fileprivate let versionOne: PathStart
    fileprivate let versionTwo: PathStart

    /// The start of an inference protocol's path up to the model's name or its version.
    fileprivate struct PathStart: Sendable {
        var named: [UInt8]
        var versioned: [UInt8]

        init(_ root: String, arm: RouteArm, model: ModelName, basePath: String) {
            let named = basePath + root + (arm.upstreamModel ?? model.text)
            self.named = Array(named.utf8)
            self.versioned = Array((named + (arm.upstreamVersion.map { "/versions/" + $0 } ?? "")).utf8)
        }
    }

    init(_ arm: RouteArm, of model: ModelName, basePath: String) {
        self.base = Array(basePath.utf8)
        self.baseAndSlash = Array((basePath + "/").utf8)
        self.versionOne = PathStart("/v1/models/", arm: arm, model: model, basePath: basePath)
        self.versionTwo = PathStart("/v2/models/", arm: arm, model: model, basePath: basePath)
    }

    /// What replaces the first `replaced` bytes of the path.
    ///
    /// - Parameter next: The byte behind them, nil at the end of the path.
    package func prefix(for matching: RouteMatching, next: UInt8?) -> (bytes: [UInt8], replaced: Int) {
        switch matching.style {
        case .versionOne:
            (matching.hasVersion ? self.versionOne.versioned : self.versionOne.named, matching.end)
        case .versionTwo:
            (matching.hasVersion ? self.versionTwo.versioned : self.versionTwo.named, matching.end)
        case .prefixRemoved: (next == UInt8(ascii: "/") ? self.base : self.baseAndSlash, matching.end)
        case .prefixKept: (self.base, 0)
        }
    }
}

extension TargetPrefixes {
    /// Bytes of the longest prefix.
    package var maximumCount: Int {
        max(self.baseAndSlash.count, self.versionOne.versioned.count, self.versionTwo.versioned.count)
    }
}
