import ControlWire
import Foundation
package import RolloutCore

/// Reads what SageMaker Model Monitor's baselining writes: `statistics.json` (what the training data looked like) and
/// `constraints.json` (what is demanded of later data).
package enum SageMakerBaseline {
    /// - Parameter bytes: A whole file.
    /// - Returns: Nil when the document is neither of the two.
    /// - Throws: `TableError.badDocument` for one of the two that breaks the schema.
    package static func read(_ bytes: [UInt8], path: String) throws -> [SignalName: BaselineSignal]? {
        guard let document = try? JSONValue(parsing: bytes), let features = document["features"]?.items else {
            return nil
        }
        let isStatistics = features.contains { $0["numerical_statistics"] != nil || $0["string_statistics"] != nil }
        let isConstraints = document["monitoring_config"] != nil || features.contains { $0["completeness"] != nil }
        guard isStatistics || isConstraints else { return nil }
        let place = FeaturePlace(path: path)
        var signals: [SignalName: BaselineSignal] = [:]
        for (index, feature) in features.enumerated() {
            let place = place.feature(index)
            let name = try place.name(of: feature)
            guard signals[name] == nil else { throw place.complaint("the feature '\(name)' is there twice") }
            signals[name] =
                isStatistics
                ? try self.signal(feature, place)
                : BaselineSignal(tally: nil, constraint: try self.constraint(feature, document, place))
        }
        return signals
    }

    // MARK: Statistics

    private static func signal(_ feature: JSONValue, _ place: FeaturePlace) throws -> BaselineSignal {
        let (key, read): (String, (JSONValue, FeaturePlace) throws -> BaselineSignal)
        if feature["numerical_statistics"] != nil {
            (key, read) = ("numerical_statistics", self.numbers)
        } else {
            (key, read) = ("string_statistics", self.words)
        }
        guard let statistics = feature[key] else {
            throw place.complaint("has neither numerical_statistics nor string_statistics")
        }
        let place = place.at(key)
        do { return try read(statistics, place) } catch let error as InvalidValue {
            throw place.complaint(error.message)
        }
    }

    private static func numbers(_ statistics: JSONValue, _ place: FeaturePlace) throws -> BaselineSignal {
        let buckets = statistics["distribution"]?["kll"]?["buckets"]?.items ?? []
        return try BaselineSignal(
            mean: place.number(statistics["mean"], "mean"),
            deviation: place.number(statistics["std_dev"], "std_dev"),
            missing: place.count(statistics["common"]?["num_missing"], "common/num_missing"),
            buckets: buckets.enumerated().map { index, bucket in
                let place = place.at("distribution/kll/buckets/\(index)")
                return BaselineSignal.Bucket(
                    lower: try place.number(bucket["lower_bound"], "lower_bound"),
                    upper: try place.number(bucket["upper_bound"], "upper_bound"),
                    count: try place.count(bucket["count"], "count")
                )
            }
        )
    }

    private static func words(_ statistics: JSONValue, _ place: FeaturePlace) throws -> BaselineSignal {
        var words: [String: Int64] = [:]
        for (index, bucket) in (statistics["distribution"]?["categorical"]?["buckets"]?.items ?? []).enumerated() {
            let place = place.at("distribution/categorical/buckets/\(index)")
            guard case .string(let word)? = bucket["value"] else { throw place.complaint("value must be a string") }
            words[word, default: 0] += try place.count(bucket["count"], "count")
        }
        return try BaselineSignal(
            words: words,
            present: place.count(statistics["common"]?["num_present"], "common/num_present"),
            missing: place.count(statistics["common"]?["num_missing"], "common/num_missing")
        )
    }

    // MARK: Constraints

    private static func constraint(
        _ feature: JSONValue,
        _ document: JSONValue,
        _ place: FeaturePlace
    ) throws -> SignalConstraint {
        var constraint = SignalConstraint()
        switch feature["inferred_type"] {
        case .string("Integral"), .string("Fractional"): constraint.kind = .number
        case .string("String"): constraint.kind = .category
        case .string("Unknown"), .null, nil: constraint.kind = nil
        default: throw place.complaint("inferred_type must be Integral, Fractional, String or Unknown")
        }
        if let completeness = feature["completeness"], completeness != .null {
            let share = try place.number(completeness, "completeness")
            guard (0...1).contains(share) else { throw place.complaint("completeness must be 0 to 1") }
            constraint.completeness = share
        }
        if feature["num_constraints"]?["is_non_negative"] == .bool(true) { constraint.minimum = 0 }
        if let domains = feature["string_constraints"]?["domains"]?.items {
            constraint.domain = domains.compactMap { item in
                guard case .string(let word) = item else { return nil }
                return word
            }
            // The share that must lie within the domain; SageMaker's default is all of it.
            let inside = document["monitoring_config"]?["domain_content_threshold"]
            let share = try inside.map { try place.number($0, "domain_content_threshold") } ?? 1
            constraint.unseenShare = max(0, 1 - share)
        }
        if let distribution = document["monitoring_config"]?["distribution_constraints"],
            let threshold = distribution["comparison_threshold"]
        {
            constraint.driftThreshold = try place.number(threshold, "comparison_threshold")
        }
        return constraint
    }
}

/// Where in a file a feature stands, for complaints.
private struct FeaturePlace {
    let path: String
    var pointer = ""

    func feature(_ index: Int) -> FeaturePlace { FeaturePlace(path: self.path, pointer: "/features/\(index)") }
    func at(_ relative: String) -> FeaturePlace {
        FeaturePlace(path: self.path, pointer: self.pointer + "/" + relative)
    }

    func complaint(_ reason: String) -> TableError {
        TableError.badDocument(path: self.path, place: self.pointer, reason: reason)
    }

    func name(of feature: JSONValue) throws -> SignalName {
        guard case .string(let text)? = feature["name"] else { throw self.complaint("name must be a string") }
        do throws(InvalidValue) { return try SignalName(text) } catch { throw self.complaint(error.message) }
    }

    func number(_ value: JSONValue?, _ name: String) throws -> Double {
        guard case .number(let number)? = value else { throw self.at(name).complaint("must be a number") }
        return number
    }

    func count(_ value: JSONValue?, _ name: String) throws -> Int64 {
        let number = try self.number(value, name)
        guard number >= 0, let count = Int64(exactly: number.rounded()) else {
            throw self.at(name).complaint("must be a count, 0 or more")
        }
        return count
    }
}

extension JSONValue {
    fileprivate subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    fileprivate var items: [JSONValue]? {
        guard case .array(let items) = self else { return nil }
        return items
    }
}
