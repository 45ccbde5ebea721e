import Foundation
import RolloutCore
import Testing

@Suite("The rescue of a plan")
struct RescueRuleTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let what: String
        let rule: RescueRule
        let pointer: String?
        var testDescription: String { self.what }
    }

    static let examples: [Example] = [
        Example(what: "the defaults", rule: RescueRule(), pointer: nil),
        Example(what: "late answers only", rule: RescueRule(serverErrors: false, afterMilliseconds: 100), pointer: nil),
        Example(
            what: "the widest",
            rule: RescueRule(afterMilliseconds: 600_000, maximumBodyBytes: 1_048_576),
            pointer: nil
        ),
        Example(what: "no bodies", rule: RescueRule(maximumBodyBytes: 0), pointer: nil),
        Example(what: "nobody is rescued", rule: RescueRule(serverErrors: false), pointer: "/rescue"),
        Example(what: "at once", rule: RescueRule(afterMilliseconds: 99), pointer: "/rescue/afterMilliseconds"),
        Example(what: "never", rule: RescueRule(afterMilliseconds: 600_001), pointer: "/rescue/afterMilliseconds"),
        Example(what: "a negative body", rule: RescueRule(maximumBodyBytes: -1), pointer: "/rescue/maximumBodyBytes"),
        Example(
            what: "a huge body",
            rule: RescueRule(maximumBodyBytes: 1_048_577),
            pointer: "/rescue/maximumBodyBytes"
        ),
    ]

    @Test("Each number has its range", arguments: examples)
    func ranges(_ example: Example) {
        let plan = RolloutPlan(rescue: example.rule)

        #expect(plan.complaints().map(\.pointer) == (example.pointer.map { [$0] } ?? []))
    }

    @Test("A plan with a rescue is stored and read back, and one from before has none")
    func stored() throws {
        for rule in [RescueRule(), RescueRule(serverErrors: false, afterMilliseconds: 2_000, maximumBodyBytes: 1)] {
            let plan = RolloutPlan(rescue: rule)
            #expect(try JSONDecoder().decode(RolloutPlan.self, from: JSONEncoder().encode(plan)) == plan)
        }
        let text = String(decoding: try JSONEncoder().encode(RolloutPlan()), as: UTF8.self)
        #expect(!text.contains("rescue"))
        #expect(try JSONDecoder().decode(RolloutPlan.self, from: Data(text.utf8)).rescue == nil)
    }

    @Test("What rescues came to merges, and is part of a detail only where there were any")
    func tally() throws {
        var detail = CohortDetail(rescues: RescueTally(repeated: 3, saved: 2, addedMicroseconds: 500))
        detail.merge(CohortDetail(rescues: RescueTally(repeated: 1, saved: 1, missed: 4, addedMicroseconds: 20)))

        #expect(detail.rescues == RescueTally(repeated: 4, saved: 3, missed: 4, addedMicroseconds: 520))
        #expect(try JSONDecoder().decode(CohortDetail.self, from: JSONEncoder().encode(detail)) == detail)
        #expect(String(decoding: try JSONEncoder().encode(CohortDetail()), as: UTF8.self) == "{}")
    }
}
