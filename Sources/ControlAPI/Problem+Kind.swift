import ControlWire

extension Problem {
    /// A problem of this API's own: its title is its kind in words, so the two can't tell different stories.
    ///
    /// - Parameter kind: Lower-case words joined by hyphens; the last part of the type's URN.
    init(
        _ kind: String,
        title: String? = nil,
        status: Int,
        detail: String,
        pointer: String? = nil,
        rollout: Int64? = nil
    ) {
        let words = kind.replacing("-", with: " ")
        self.init(
            type: "urn:serin:problem:" + kind,
            title: title ?? words.prefix(1).uppercased() + words.dropFirst(),
            status: status,
            detail: Self.clipped(detail),
            pointer: pointer.flatMap { $0.isEmpty ? nil : Self.clipped($0) },
            rollout: rollout
        )
    }

    /// A refusal of the HTTP server itself, which names it by a title.
    init(refusal title: String, status: Int, detail: String) {
        self.init(title.lowercased().replacing(" ", with: "-"), title: title, status: status, detail: detail)
    }

    /// Details quote what the client sent: an answer stays small however large that was.
    static func clipped(_ text: String) -> String {
        text.utf8.count <= 1_000
            ? text : text.unicodeScalars.prefix(250).reduce(into: "") { $0.unicodeScalars.append($1) } + "…"
    }
}
