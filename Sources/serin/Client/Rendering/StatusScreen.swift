import ControlWire
import RolloutCore

/// The screen of one model: everything an operator asks first, from one document and the time.
struct StatusScreen {
    let model: ModelResponse
    let now: Timestamp
    let painter: Painter

    func lines() -> [String] {
        var sections = [self.summary(), self.versions()]
        if let rollout = self.model.rollout, let assessment = rollout.finding?.assessment {
            sections.append(CheckSection(rollout: rollout, assessment: assessment, painter: self.painter).lines())
        }
        if let watch = self.model.watch {
            sections.append(WatchSection(findings: watch.findings, now: self.now, painter: self.painter).lines())
        }
        sections.append(self.gateways())
        return Array(sections.filter { !$0.isEmpty }.joined(separator: [""]))
    }

    // MARK: Summary

    private func summary() -> [String] {
        var fields = [("Model", self.painter.paint(self.model.name.text, .strong))]
        fields.append(("Status", self.status))
        guard let rollout = self.model.rollout else { return Self.aligned(fields) }
        fields.append(("Rollout", self.describe(rollout)))
        if rollout.state.isOpen {
            fields.append(("Step", self.step(of: rollout)))
            fields.append(("Deadline", "in \(Figures.duration(seconds: rollout.deadline.seconds(since: self.now)))"))
        }
        if let rescue = rollout.rescueLine { fields.append(("Rescue", rescue)) }
        if let mirrored = rollout.mirrorLine { fields.append(("Mirrored", mirrored)) }
        if let finding = rollout.finding {
            fields.append((rollout.state.isOpen ? "Next" : "Why", finding.reason))
        }
        return Self.aligned(fields)
    }

    private var status: String {
        guard let stable = self.model.stable else { return "no version yet: register the first one" }
        guard let rollout = self.model.rollout else { return self.painter.paint("✔ stable on \(stable)", .good) }
        let headline = RolloutHeadline(rollout.state)
        let words = self.painter.paint(headline.labelled, headline.ink)
        return rollout.state.isOpen ? words : "\(words); stable on \(stable)"
    }

    private func describe(_ rollout: RolloutResponse) -> String {
        let began = "\(rollout.id): \(rollout.stable) → \(rollout.canary), began \(self.ago(rollout.startedAt))"
        if let settled = rollout.settledAt { return began + ", ended \(self.ago(settled))" }
        return began + ", this stage \(self.ago(rollout.stageSince))"
    }

    private func step(of rollout: RolloutResponse) -> String {
        let weights = rollout.plan.steps.map { step in
            let share = step.isShadow ? "mirrored" : "\(step.weight)"
            return step.approval ? "\(share) (approval)" : share
        }
        let path = (weights + ["100 %"]).joined(separator: " → ")
        return "\(rollout.state.step ?? 0) of \(rollout.plan.steps.count), set to \(rollout.canaryWeight) (\(path))"
    }

    private func ago(_ moment: Timestamp) -> String { Figures.age(of: moment, at: self.now) + " ago" }

    /// Names in one column, values in the next.
    static func aligned(_ fields: [(name: String, value: String)]) -> [String] {
        let width = (fields.map(\.name.count).max() ?? 0) + 2
        return fields.map { field in
            field.name + ":" + String(repeating: " ", count: width - field.name.count) + field.value
        }
    }

    // MARK: Tables

    private func versions() -> [String] {
        guard !self.model.versions.isEmpty else { return [] }
        var table = TextTable("VERSION", "STATE", "SET", "SEEN", "REQ/S", "ERRORS", "MEAN", "P50", "P99", "AGE")
        table.rows = self.model.versions.map { version in
            let state = TextTable.Cell("\(version.state.mark) \(version.state.rawValue)", version.state.ink)
            let traffic = self.traffic(of: version.version)
            let numbers: [String?] = [
                self.weight(of: version), traffic.map { Figures.share($0.share) },
                self.model.requestsPerSecond(of: version, at: self.now).map(Figures.rate),
                traffic.map { Figures.share($0.numbers.errorShare) },
                traffic.map { Figures.milliseconds($0.numbers.meanLatencyMilliseconds) },
                traffic.map { Figures.milliseconds($0.numbers.p50LatencyMilliseconds) },
                traffic.map { Figures.milliseconds($0.numbers.p99LatencyMilliseconds) },
                Figures.age(of: version.registeredAt, at: self.now),
            ]
            return [.init(version.version.text), state] + numbers.map { TextTable.Cell($0 ?? Figures.missing) }
        }
        let requests = self.model.traffic.reduce(0) { $0 + $1.numbers.requests }
        let window = "seen: \(requests) requests of the last \(self.model.trafficSeconds) s"
        let pinned = self.model.pinnedLine.map { [self.painter.paint($0, .faint)] } ?? []
        return table.lines(self.painter) + [self.painter.paint(window, .faint)] + pinned
    }

    /// A version that changed its cohort within the window is listed once for each: the shares add up, the numbers are those
    /// of the cohort that had more.
    private func traffic(of version: VersionName) -> TrafficResponse? {
        let entries = self.model.traffic.filter { $0.version == version }
        guard let largest = entries.max(by: { $0.numbers.requests < $1.numbers.requests }) else { return nil }
        return TrafficResponse(
            version: version,
            cohort: largest.cohort,
            share: entries.reduce(0) { $0 + $1.share },
            requestsPerSecond: entries.reduce(0) { $0 + $1.requestsPerSecond },
            numbers: largest.numbers
        )
    }

    private func weight(of version: VersionResponse) -> String {
        if version.version == self.model.canary { return "\(self.model.canaryWeight)" }
        if version.version == self.model.stable { return "\(self.model.canaryWeight.complement)" }
        return Figures.missing
    }

    private func gateways() -> [String] {
        guard !self.model.gateways.isEmpty else {
            return [self.painter.paint("⚠ no gateway has reported yet: nothing is routed", .doubtful)]
        }
        var table = TextTable("GATEWAY", "GENERATION", "ROUTES", "SEEN")
        table.rows = self.model.gateways.map { gateway in
            let routes: TextTable.Cell
            if !gateway.live {
                routes = .init("⚠ silent", .bad)
            } else if gateway.appliedGeneration < self.model.generation {
                routes = .init("? behind", .doubtful)
            } else {
                routes = .init("✔ current", .good)
            }
            return [
                .init(gateway.name), .init("\(gateway.appliedGeneration)"), routes, .init(self.ago(gateway.seenAt)),
            ]
        }
        return ["Generation of the route: \(self.model.generation)"] + table.lines(self.painter)
    }
}
