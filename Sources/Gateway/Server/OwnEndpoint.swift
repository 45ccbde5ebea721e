import HTTPWire

/// Paths that the gateway answers itself; everything below `/-/` is reserved for them.
enum OwnEndpoint {
    /// The process serves.
    case health
    /// Routes are known and the gateway is not stopping.
    case readiness
    /// What it has done and has open, for Prometheus.
    case metrics
    case unknown

    init?(path: RawSpan) {
        guard path.byteCount >= 3, path.extracting(0..<3).equals("/-/") else { return nil }
        if path.equals("/-/healthz") {
            self = .health
        } else if path.equals("/-/readyz") {
            self = .readiness
        } else if path.equals("/-/metrics") {
            self = .metrics
        } else {
            self = .unknown
        }
    }
}
