import RolloutCore

/// A plan as a document that can be sent back unchanged: it says that the hard stop is off, since a plan without the
/// field has the default one.
struct PlanDocument: Encodable {
    let plan: RolloutPlan

    private enum Switches: String, CodingKey { case hardStop }

    func encode(to encoder: any Encoder) throws {
        try self.plan.encode(to: encoder)
        guard self.plan.hardStop == nil else { return }
        var container = encoder.container(keyedBy: Switches.self)
        try container.encodeNil(forKey: .hardStop)
    }
}

extension KeyedEncodingContainer {
    /// The synthesised conformances of this module's responses choose this one for their plans.
    mutating func encode(_ plan: RolloutPlan, forKey key: Key) throws {
        try self.encode(PlanDocument(plan: plan), forKey: key)
    }
}
