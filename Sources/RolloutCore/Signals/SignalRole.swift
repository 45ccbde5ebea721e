/// What a signal tells about a request.
package enum SignalRole: String, Hashable, Sendable, Codable, CaseIterable {
    /// What the client sent: both cohorts see the same, so it warns of the world and never blames a version.
    case feature
    /// What the version answered: a class, or a number.
    case prediction
    /// How sure the version was, 0…1.
    case confidence
    /// A measure of the answer itself, such as its time to first token or its length.
    case measure
}

/// What a signal's values are.
package enum SignalKind: String, Hashable, Sendable, Codable, CaseIterable {
    case number
    /// A number in 0…1.
    case share
    /// One of few words.
    case category
}
