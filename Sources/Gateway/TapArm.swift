import Payloads
import ProxyCore
import RolloutCore

/// One cohort of one route generation, whose payloads the tap's thread reads. Confined to that thread.
final class TapArm {
    let key: TelemetryCell.Key
    let signals: ModelSignals
    /// The field that names the row, when a field does.
    let keyField: [UInt8]?
    var inspector: PayloadInspector
    /// Since the last harvest.
    var isUsed = true

    init(_ key: TelemetryCell.Key, _ signals: ModelSignals) {
        self.key = key
        self.signals = signals
        self.inspector = PayloadInspector(signals: signals)
        self.keyField =
            switch signals.key {
            case .header(let name): Array(name.utf8)
            case .request, nil: nil
            }
    }
}
