import Payloads
import ProxyCore
import RolloutCore

/// One cohort of one route generation, whose payloads the tap's thread reads. Confined to that thread.
final class TapArm {
    let key: TelemetryCell.Key
    let signals: ModelSignals
    /// The field that names the row, when a field does.
    let keyField: [UInt8]?
    /// Counts.
    private var inspector: PayloadInspector
    /// Reads what is not counted; there once something was.
    private var uncounted: PayloadInspector?
    /// Since the last harvest.
    var isUsed = true

    /// - Parameter other: An arm of the same model, whose knowledge of what signals are this one begins with.
    init(_ key: TelemetryCell.Key, _ signals: ModelSignals, continuing other: TapArm?) {
        self.key = key
        self.signals = signals
        self.inspector = PayloadInspector(signals: signals, continuing: other?.inspector)
        self.keyField =
            switch signals.key {
            case .header(let name): Array(name.utf8)
            case .request, nil: nil
            }
    }

    func read(_ exchange: PayloadExchange, isCounted: Bool, rowLimit: Int) -> PayloadReading {
        if isCounted { return self.inspector.inspect(exchange, rowLimit: rowLimit) }
        var reader = self.uncounted.take() ?? PayloadInspector(signals: self.signals, continuing: self.inspector)
        defer { self.uncounted = reader }
        return reader.inspect(exchange, rowLimit: rowLimit)
    }

    /// Takes out what was counted since the last time.
    func drain() -> CohortDetail {
        _ = self.uncounted?.drain()
        let found = self.inspector.drain()
        return CohortDetail(payloads: found.payloads, signals: found.signals)
    }
}
