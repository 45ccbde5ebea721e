import FoundationEssentials
import Synchronization

/// The Open Inference Protocol V2 without the network: a request in, an answer out.
///
/// State is the counts and the fault dice, behind one `Mutex`.
final class InferenceEndpoint: Sendable {
    struct Answer: Equatable {
        let status: Status
        let body: [UInt8]
        /// To be waited for before the answer is sent.
        let delay: Duration
        /// Set with `methodNotAllowed`.
        let allowedMethod: ModelRoute.Method?
    }

    enum Status: Int {
        case ok = 200
        case badRequest = 400
        case notFound = 404
        case methodNotAllowed = 405
        case contentTooLarge = 413
        case internalServerError = 500
    }

    private struct State {
        var counts = ServedCounts()
        var dice: FaultDice
    }

    private let modelName: String
    private let version: String
    private let variant: DemoVariant
    private let classifier: DigitsClassifier
    private let state: Mutex<State>

    init(configuration: DemoModelConfiguration) throws(DigitsArchiveError) {
        self.modelName = configuration.modelName
        self.version = configuration.version
        self.variant = configuration.variant
        self.classifier = try DigitsClassifier(variant: configuration.variant, archive: .embedded())
        self.state = Mutex(State(dice: FaultDice(faults: configuration.faults)))
    }

    var counts: ServedCounts { self.state.withLock { $0.counts } }

    /// - Parameter method: As on the wire, upper case.
    func answer(method: String, target: String, body: [UInt8]) -> Answer {
        guard let route = ModelRoute(target: target) else {
            return Self.refusal(.notFound, "nothing at \(target)")
        }
        guard method == route.method.rawValue else {
            return Self.refusal(
                .methodNotAllowed,
                "\(method) is not answered here, use \(route.method.rawValue)",
                allowedMethod: route.method
            )
        }
        switch route {
        case .serverLive: return Self.success(Liveness(live: true))
        case .serverReady: return Self.success(Readiness(name: nil, ready: true))
        case .serverMetadata: return Self.success(ServerMetadata())
        case .modelMetadata(let model):
            return self.refusal(unlessServed: model) ?? Self.success(self.metadata)
        case .modelReady(let model):
            return self.refusal(unlessServed: model) ?? Self.success(Readiness(name: self.modelName, ready: true))
        case .stats:
            return Self.success(Stats(model: self.modelName, version: self.version, counts: self.counts))
        case .infer(let model):
            return self.infer(model, body: body)
        }
    }

    /// The answer to a body over the limit, which was not read.
    func answerToOversizedBody(limit: Int) -> Answer {
        self.state.withLock { $0.counts.refused += 1 }
        return Self.refusal(.contentTooLarge, "request body is over \(limit) bytes")
    }

    private func infer(_ model: ModelRoute.Model, body: [UInt8]) -> Answer {
        if let refusal = self.refusal(unlessServed: model) {
            self.state.withLock { $0.counts.refused += 1 }
            return refusal
        }
        let request: InferenceRequest
        do {
            request = try InferenceRequest(body: body)
        } catch {
            self.state.withLock { $0.counts.refused += 1 }
            return Self.refusal(.badRequest, error.description)
        }
        let dice = self.state.withLock { state in
            let dice = state.dice.roll()
            if dice.fails { state.counts.failed += 1 } else { state.counts.succeeded += 1 }
            return dice
        }
        if dice.fails {
            return Self.refusal(.internalServerError, "this failure was asked for by --error-rate", delay: dice.delay)
        }
        let response = InferenceResponse(
            request: request,
            classifier: self.classifier,
            modelName: self.modelName,
            modelVersion: self.version
        )
        return Self.success(response, delay: dice.delay)
    }

    private func refusal(unlessServed model: ModelRoute.Model) -> Answer? {
        guard model.name == self.modelName else {
            return Self.refusal(.notFound, "no model \"\(model.name)\", this server has \"\(self.modelName)\"")
        }
        guard model.version == nil || model.version == self.version else {
            return Self.refusal(.notFound, "no version \"\(model.version ?? "")\", this server has \"\(self.version)\"")
        }
        return nil
    }

    private var metadata: ModelMetadata {
        ModelMetadata(
            name: self.modelName,
            versions: [self.version],
            platform: "serin_demo_\(self.variant.rawValue)",
            inputs: [
                TensorMetadata(
                    name: InferenceRequest.inputName,
                    datatype: InferenceRequest.inputDatatype,
                    shape: [-1, DigitsClassifier.pixelCount]
                )
            ],
            outputs: [
                TensorMetadata(name: InferenceOutput.predict.rawValue, datatype: "INT64", shape: [-1, 1]),
                TensorMetadata(
                    name: InferenceOutput.predictProba.rawValue,
                    datatype: "FP32",
                    shape: [-1, DigitsClassifier.classCount]
                ),
            ]
        )
    }

    private static func success(_ value: some Encodable, delay: Duration = .zero) -> Answer {
        do {
            return Answer(status: .ok, body: try Self.json(value), delay: delay, allowedMethod: nil)
        } catch {
            return self.refusal(.internalServerError, "the answer could not be encoded: \(error)", delay: delay)
        }
    }

    private static func refusal(
        _ status: Status,
        _ message: String,
        delay: Duration = .zero,
        allowedMethod: ModelRoute.Method? = nil
    ) -> Answer {
        // A string always encodes; an empty body would still carry the status.
        let body = (try? Self.json(Refusal(error: message))) ?? []
        return Answer(status: status, body: body, delay: delay, allowedMethod: allowedMethod)
    }

    private static func json(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }
}

private struct Refusal: Encodable {
    let error: String
}

private struct Liveness: Encodable {
    let live: Bool
}

private struct Readiness: Encodable {
    let name: String?
    let ready: Bool
}

private struct ServerMetadata: Encodable {
    let name = "serin-demo-model"
    let version = "1"
    let extensions: [String] = []
}

private struct ModelMetadata: Encodable {
    let name: String
    let versions: [String]
    let platform: String
    let inputs: [TensorMetadata]
    let outputs: [TensorMetadata]
}

private struct TensorMetadata: Encodable {
    let name: String
    let datatype: String
    let shape: [Int]
}

private struct Stats: Encodable {
    let model: String
    let version: String
    let counts: ServedCounts
}
