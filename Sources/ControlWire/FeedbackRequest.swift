package import RolloutCore

/// `POST /v1/models/{model}/feedback` and `POST /v1/feedback`
package struct FeedbackRequest: Equatable, Sendable {
    package struct Item: Equatable, Sendable {
        package let model: ModelName
        package let feedback: Feedback
    }

    /// In the order of the body; 1…`itemLimit`.
    package let items: [Item]

    /// More items come in further requests.
    package static let itemLimit = 10_000

    /// Each once, in the order of their first item.
    package var models: [ModelName] {
        var seen: Set<ModelName> = []
        return self.items.map(\.model).filter { seen.insert($0).inserted }
    }

    /// - Parameter model: Of the path; without one the body, or each of its items, names a `model`.
    package init(_ document: JSONValue, of model: ModelName? = nil) throws(InvalidValue) {
        var reader = try JSONReader(document)
        var general = model
        if general == nil { general = try Self.model(&reader) }
        guard let items = try reader.array("items") else {
            throw InvalidValue("is required: a list of labels", at: "/items")
        }
        try reader.finish()
        guard (1...Self.itemLimit).contains(items.count) else {
            throw InvalidValue("must have 1 to \(Self.itemLimit) items; got \(items.count)", at: "/items")
        }
        var found: [Item] = []
        found.reserveCapacity(items.count)
        for (index, item) in items.enumerated() {
            let pointer = "/items/\(index)"
            var reader = try JSONReader(item, at: pointer)
            // Within a model's path an item has no model of its own to name.
            let own = model == nil ? try Self.model(&reader) : nil
            guard let model = own ?? general else {
                throw InvalidValue("names no model; give 'model' here or beside 'items'", at: pointer)
            }
            found.append(Item(model: model, feedback: try FeedbackItem.read(&reader, at: pointer)))
        }
        self.items = found
    }

    private static func model(_ reader: inout JSONReader) throws(InvalidValue) -> ModelName? {
        guard let text = try reader.optionalString("model") else { return nil }
        do { return try ModelName(text) } catch { throw InvalidValue(error.message, at: reader.place("model")) }
    }
}
