package import RolloutCore

/// `POST /v1/models/{model}/forecast`
package struct ForecastRequest: Equatable, Sendable {
    /// The plan to look at; the default one when the body names none.
    package let plan: RolloutPlan

    package init(_ document: JSONValue) throws(InvalidValue) {
        var reader = try JSONReader(document)
        let plan =
            try reader.value("plan").map { value throws(InvalidValue) in try PlanReader.read(value, at: "/plan") }
            ?? RolloutPlan()
        try reader.finish()
        if let complaint = plan.complaints().first { throw complaint.under("plan") }
        self.plan = plan
    }
}
