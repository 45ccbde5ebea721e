import RolloutCore

extension Experiment {
    var mirroredTable: ResultTable {
        let half = intervals / 2 + 1
        return table(
            .mirrored,
            "100 requests in an interval that both versions are asked: false rollbacks; else median (p90) delay in intervals",
            [
                MirroredTraffic(canaryBad: 0.01, stableBad: 0.01).scenario("errors 1 %, alike", .alike),
                MirroredTraffic(canaryBad: 0.08, stableBad: 0.08, sharedPart: 0.8)
                    .scenario("8 %, of which 80 % shared, alike", .alike),
                MirroredTraffic(canaryBad: 0.03, stableBad: 0.01).scenario("errors 1->3 %", .worse(from: 1)),
                MirroredTraffic(canaryBad: 0.12, stableBad: 0.08).scenario("8->12 %", .worse(from: 1)),
                MirroredTraffic(canaryBad: 0.12, stableBad: 0.08, sharedPart: 0.8)
                    .scenario("8->12 %, 80 % shared", .worse(from: 1)),
                MirroredTraffic(canaryBad: 0.03, stableBad: 0.01, harmStart: half)
                    .scenario("errors 1->3 % at \(half)", .worse(from: half)),
            ],
            [
                .mcNemar("McNemar's z at every look, one-sided 5 %", pValue: alpha),
                Rule<BinaryCounts>.cumulativeZ("z test at every look, as if unpaired", pValue: alpha)
                    .reading(\.unpaired),
                .unpairedEvidence("stratified e-process, as if unpaired"),
                .pairs("e-process on pairs"),
                .pairs("same, tolerance 1.1", tolerance: 1.1),
                .judged("judge: errors, no tolerance", shadowPlan([.strictErrors])),
                .judged("judge: default plan", shadowPlan(Check.defaults)),
            ]
        )
    }

    /// The same as ``plan(_:)`` with a first step that mirrors everything.
    private func shadowPlan(_ checks: [Check]) -> RolloutPlan {
        var plan = plan(checks)
        plan.steps = [RolloutPlan.Step(weight: .zero, mirror: .full), RolloutPlan.Step(weight: .fivePercent)]
        return plan
    }
}
