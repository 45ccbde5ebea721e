import ControlWire
import Foundation
import RolloutCore
import Tables

/// A baseline from a file: a table of training data, or what SageMaker Model Monitor wrote about one.
struct BaselineFile {
    let baseline: Baseline
    /// Rows of a table; nil for a document that has only counts.
    let rows: Int64?

    /// - Parameters:
    ///   - paths: A table, or `statistics.json`, `constraints.json` or both, in any order; `-` is standard input.
    ///   - signals: What the model declares: names, roles and kinds of columns; others are guessed as features.
    init(_ paths: [String], signals: ModelSignals) throws(OfflineFailure) {
        var merged: [SignalName: BaselineSignal] = [:]
        var rows: Int64?
        for path in paths {
            let found = try Self.read(path, signals)
            rows = found.rows ?? rows
            for (name, signal) in found.signals {
                guard var known = merged[name] else {
                    merged[name] = signal
                    continue
                }
                if signal.tally != nil {
                    guard known.tally == nil else {
                        throw OfflineFailure("'\(path)' tells of '\(name)', of which another file told before")
                    }
                    (known.tally, known.edges) = (signal.tally, signal.edges)
                } else {
                    known.constraint = signal.constraint
                }
                merged[name] = known
            }
        }
        let origin = paths.map { $0 == "-" ? "standard input" : URL(filePath: $0).lastPathComponent }
        self.baseline = Baseline(signals: merged, origin: String(origin.joined(separator: ", ").prefix(200)))
        self.rows = rows
    }

    private static func read(_ path: String, _ signals: ModelSignals) throws(OfflineFailure)
        -> (signals: [SignalName: BaselineSignal], rows: Int64?)
    {
        do {
            if path.lowercased().hasSuffix(".json") {
                let bytes = try OfflineFailure.bytes(of: path)
                if let found = try SageMakerBaseline.read(Array(bytes), path: path) { return (found, nil) }
                throw OfflineFailure(
                    "'\(path)' is neither a statistics.json nor a constraints.json of SageMaker",
                    "  rows of JSON are read one object a line from a file such as training.ndjson"
                )
            }
            let profile = try TableProfile(TableFile(path: path), known: Self.declared(signals))
            return (profile.signals.mapValues { BaselineSignal(inferredFrom: $0) }, profile.rows)
        } catch let failure as OfflineFailure {
            throw failure
        } catch {
            throw OfflineFailure("\(error)")
        }
    }

    /// A training table calls its columns as the model's signals are called, or as the request does.
    private static func declared(_ signals: ModelSignals) -> [SignalName: TableProfile.Column] {
        Dictionary(
            signals.signals.map { ($0.name, TableProfile.Column(role: $0.role, kind: $0.kind)) },
            uniquingKeysWith: { first, _ in first }
        )
    }
}
