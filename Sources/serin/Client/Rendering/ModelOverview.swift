import ControlWire
import RolloutCore

/// All models, one line each.
struct ModelOverview {
    let models: [ModelResponse]
    let now: Timestamp
    let painter: Painter

    func lines() -> [String] {
        guard !self.models.isEmpty else {
            return ["no models yet; create one with: serin register MODEL VERSION --create --upstream URL"]
        }
        var table = TextTable("MODEL", "STABLE", "CANARY", "SET", "SEEN", "STATUS", "AGE", "NEXT")
        table.rows = self.models.map { model in
            let headline = model.rollout.map { RolloutHeadline($0.state) }
            let open = model.rollout.flatMap { $0.state.isOpen ? $0 : nil }
            let seen = model.traffic.first { $0.cohort == .canary }?.share
            return [
                .init(model.name.text, .strong), .init(model.stable?.text ?? Figures.missing),
                .init(model.canary?.text ?? Figures.missing), .init("\(model.canaryWeight)"),
                .init(Figures.share(seen)),
                .init(headline?.labelled ?? Figures.missing, headline?.ink ?? .plain),
                .init(Figures.age(of: open?.startedAt ?? model.createdAt, at: self.now)),
                .init(open?.finding?.reason ?? ""),
            ]
        }
        return table.lines(self.painter)
    }
}
