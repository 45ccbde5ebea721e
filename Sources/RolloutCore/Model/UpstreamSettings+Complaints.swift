extension UpstreamSettings {
    /// What is out of its range; each points at its field.
    package func complaints() -> [InvalidValue] {
        var complaints: [InvalidValue?] = [
            Self.complaint(self.inFlight, 1...1_000_000, at: "/inFlight"),
            Self.complaint(self.queue.length, 0...100_000, at: "/queue/length"),
            Self.complaint(self.queue.milliseconds, 1...60_000, at: "/queue/milliseconds"),
            Self.complaint(self.connections, 1...1_000_000, at: "/connections"),
            Self.complaint(self.connectionSeconds, 0...86_400, at: "/connectionSeconds"),
            Self.complaint(self.connectionRequests, 1...1_000_000_000, at: "/connectionRequests"),
            Self.complaint(self.slowStartSeconds, 0...3_600, at: "/slowStartSeconds"),
            Self.complaint(self.resolveSeconds, 1...86_400, at: "/resolveSeconds"),
        ]
        if let ejection { complaints += ejection.complaints() }
        if let probe { complaints += probe.complaints() }
        return complaints.compactMap { $0 }
    }

    fileprivate static func complaint(_ number: Int?, _ range: ClosedRange<Int>, at pointer: String) -> InvalidValue? {
        guard let number, !range.contains(number) else { return nil }
        return InvalidValue("must be \(range.lowerBound) to \(range.upperBound); got \(number)", at: pointer)
    }
}

extension EjectionRule {
    fileprivate func complaints() -> [InvalidValue?] {
        [
            UpstreamSettings.complaint(self.failures, 1...1_000, at: "/ejection/failures"),
            Self.complaint(share: self.errorShare, at: "/ejection/errorShare"),
            UpstreamSettings.complaint(self.answers, 1...100_000, at: "/ejection/answers"),
            UpstreamSettings.complaint(self.seconds, 1...3_600, at: "/ejection/seconds"),
            UpstreamSettings.complaint(self.maximumSeconds, 1...86_400, at: "/ejection/maximumSeconds"),
            self.maximumSeconds < self.seconds
                ? InvalidValue("must be at least seconds, \(self.seconds)", at: "/ejection/maximumSeconds") : nil,
            Self.complaint(share: self.share, at: "/ejection/share"),
        ]
    }

    private static func complaint(share: Double, at pointer: String) -> InvalidValue? {
        share > 0 && share <= 1 ? nil : InvalidValue("must be above 0 and at most 1; got \(share)", at: pointer)
    }
}

extension ProbeRule {
    fileprivate func complaints() -> [InvalidValue?] {
        [
            self.isPathValid
                ? nil
                : InvalidValue(
                    "must begin with '/' and be at most 1024 ASCII characters without space or fragment",
                    at: "/probe/path"
                ),
            UpstreamSettings.complaint(self.intervalSeconds, 1...3_600, at: "/probe/intervalSeconds"),
            UpstreamSettings.complaint(self.timeoutMilliseconds, 10...60_000, at: "/probe/timeoutMilliseconds"),
            UpstreamSettings.complaint(self.passes, 1...100, at: "/probe/passes"),
            UpstreamSettings.complaint(self.failures, 1...100, at: "/probe/failures"),
            UpstreamSettings.complaint(self.status, 100...599, at: "/probe/status"),
        ]
    }

    private var isPathValid: Bool {
        self.path.hasPrefix("/") && self.path.utf8.count <= 1_024
            && self.path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }
    }
}
