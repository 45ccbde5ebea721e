import RolloutCore
import Tables

/// Two files held against each other.
struct FileDrift: Equatable, Encodable {
    struct File: Equatable, Encodable {
        let path: String
        let rows: Int64
    }

    let reference: File
    let current: File
    let report: DriftReport

    /// A column that is gone is as bad as one that has moved.
    var hasDrifted: Bool { self.report.verdict == .drifted || !self.report.missingSignals.isEmpty }

    init(
        reference: String,
        current: String,
        columns: Set<String>?,
        thresholds: DriftThresholds = .init()
    ) throws(OfflineFailure) {
        do {
            let then = try TableProfile(TableFile(path: reference), selection: columns)
            // What the reference says a column is, it is in both.
            let known = Set(then.names.map(\.text))
            let now = try TableProfile(TableFile(path: current), known: then.columns)
            let wanted = columns.map { columns in now.signals.filter { columns.contains($0.key.text) } } ?? now.signals
            self.reference = File(path: reference, rows: then.rows)
            self.current = File(path: current, rows: now.rows)
            guard wanted.keys.contains(where: { known.contains($0.text) }) else {
                throw OfflineFailure("'\(reference)' and '\(current)' have no column in common")
            }
            self.report = DriftReport(reference: then.signals, current: wanted, thresholds: thresholds)
        } catch let failure as OfflineFailure {
            throw failure
        } catch {
            throw OfflineFailure("\(error)")
        }
    }
}
