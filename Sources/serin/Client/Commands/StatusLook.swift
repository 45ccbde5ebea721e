import ControlWire
import Foundation
import RolloutCore

/// One look at the service, ready to be drawn.
struct StatusLook {
    let model: ModelName?
    let output: ClientOptions.Output

    struct View {
        enum Content {
            case lines([String])
            case document(Data)
            case failure(ClientFailure)
        }

        let content: Content
        /// The one that was looked at; nil when it was all of them, or the look failed.
        let model: ModelResponse?

        var isFailure: Bool {
            switch self.content {
            case .failure: true
            case .lines, .document: false
            }
        }

        func draw(on console: Console, again: Bool) {
            switch self.content {
            case .lines(let lines): again ? console.redraw(lines) : console.lines(lines)
            case .document(let document): console.document(document)
            case .failure(let failure):
                again && console.isTerminal ? console.redraw(failure.lines) : console.complain(failure.lines)
            }
        }
    }

    func take(_ client: ControlClient, _ console: Console) async throws(ClientFailure) -> View {
        guard let model = self.model else {
            let answer: ControlClient.Answer<Page<ModelResponse>> = try await client.get(.models)
            return self.view(answer, nil) {
                ModelOverview(models: $0.items, now: .now, painter: console.painter).lines()
            }
        }
        let answer: ControlClient.Answer<ModelResponse> = try await client.get(.model(model))
        return self.view(answer, answer.document) {
            StatusScreen(model: $0, now: .now, painter: console.painter).lines()
        }
    }

    private func view<Document>(
        _ answer: ControlClient.Answer<Document>,
        _ model: ModelResponse?,
        _ table: (Document) -> [String]
    ) -> View {
        switch self.output {
        case .json: View(content: .document(answer.bytes), model: model)
        case .table: View(content: .lines(table(answer.document)), model: model)
        }
    }
}
