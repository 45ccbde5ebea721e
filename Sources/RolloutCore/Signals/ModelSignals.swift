/// How a model's payloads are to be understood: what its users declare, or the defaults that find what they can.
package struct ModelSignals: Hashable, Sendable {
    package var adapter: PayloadAdapter
    /// What to read; empty means what the adapter finds by itself, up to `foundLimit` signals.
    package var signals: [SignalDeclaration]
    /// Where the user's own name of a row is, by which feedback may come.
    package var key: KeySource?
    /// The class whose probability a score is; without it a binary model's scores make no curve.
    package var positiveClass: String?
    /// Category signals by whose values quality is told apart, at most 8.
    package var slices: [SignalName]
    /// Payloads to look at, a second, version and gateway; 0 switches the tap off. 0…100 000.
    package var inspectPerSecond: Int
    /// Larger bodies aren't looked at; 1 024…16 777 216.
    package var maximumBodyBytes: Int
    /// Predictions to keep for labels that come alone, a second and gateway, over all versions; 0…10 000.
    package var predictionsPerSecond: Int
    /// Days that predictions wait for their labels, 1…365.
    package var predictionDays: Int
    /// Raw payloads are kept only when a model asks for it.
    package var payloadSample: PayloadSampling?

    /// How many signals are found where none is declared.
    package static let foundLimit = 64

    package init(
        adapter: PayloadAdapter = .auto,
        signals: [SignalDeclaration] = [],
        key: KeySource? = nil,
        positiveClass: String? = nil,
        slices: [SignalName] = [],
        inspectPerSecond: Int = 100,
        maximumBodyBytes: Int = 65_536,
        predictionsPerSecond: Int = 10,
        predictionDays: Int = 3,
        payloadSample: PayloadSampling? = nil
    ) {
        self.adapter = adapter
        self.signals = signals
        self.key = key
        self.positiveClass = positiveClass
        self.slices = slices
        self.inspectPerSecond = inspectPerSecond
        self.maximumBodyBytes = maximumBodyBytes
        self.predictionsPerSecond = predictionsPerSecond
        self.predictionDays = predictionDays
        self.payloadSample = payloadSample
    }
}

/// The protocol of a model's payloads.
package enum PayloadAdapter: String, Hashable, Sendable, Codable, CaseIterable {
    /// By path and shape of the bodies.
    case auto
    /// Open Inference Protocol V2: JSON tensors and the binary tensor extension.
    case openInference
    /// TensorFlow Serving and KServe V1: `instances` or `inputs`, `predictions` or `outputs`.
    case predict
    /// OpenAI-style chat completions and completions, streamed or not.
    case chat
    /// Any JSON: only what is declared by pointers.
    case json
}

/// One signal that a model declares.
package struct SignalDeclaration: Hashable, Sendable, Codable {
    package var name: SignalName
    package var role: SignalRole
    package var kind: SignalKind
    package var source: SignalSource

    package init(name: SignalName, role: SignalRole, kind: SignalKind, source: SignalSource) {
        self.name = name
        self.role = role
        self.kind = kind
        self.source = source
    }
}

/// Where a signal's values are.
package struct SignalSource: Hashable, Sendable, Codable {
    package enum Body: String, Hashable, Sendable, Codable, CaseIterable { case request, response }

    package var body: Body
    /// A JSON Pointer (RFC 6901) when it begins with `/`, in which a segment `*` stands for every element of an array: one row each.
    /// Otherwise a column's name as the adapter gives it: a tensor's or field's name, with `.3` for its fourth column.
    package var path: String

    package init(body: Body, path: String) {
        self.body = body
        self.path = path
    }
}

/// Where the user's own name of a row is.
package enum KeySource: Hashable, Sendable {
    /// A request header; one key for all rows of the request.
    case header(String)
    /// A column or pointer of the request, one a row.
    case request(String)
}

/// How raw payloads are kept.
package struct PayloadSampling: Hashable, Sendable {
    /// Payloads to keep, a minute, version and gateway; 1…6 000.
    package var perMinute: Int
    /// 1…90.
    package var days: Int
    /// JSON Pointers, with `*`, whose values are replaced before anything is kept.
    package var redact: [String]

    package init(perMinute: Int = 6, days: Int = 7, redact: [String] = []) {
        self.perMinute = perMinute
        self.days = days
        self.redact = redact
    }
}
