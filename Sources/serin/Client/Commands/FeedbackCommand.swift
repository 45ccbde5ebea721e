import ArgumentParser
import ControlWire
import RolloutCore
import Tables

struct FeedbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feedback",
        abstract: "Send labels for earlier predictions from a file, or show how good each version was.",
        discussion:
            "The file is CSV with a header, or one JSON object a line; - is standard input. Columns: request_id (the answer's "
            + "x-serin-request-id) or key (your own name of the row), row (within the request, from 0), label, and where you have "
            + "them prediction, score (0 to 1), slice:NAME. Lines that can't be used are told by number and the rest goes on; sending "
            + "a file again is safe. Without a file: totals and quality of the last hours.\n\n"
            + "EXIT CODES: 0 done; 1 a line could not be used, or the service refused; 2 the file or the service can't be reached; "
            + "64 the command line is wrong."
    )

    @Argument(help: "The model's name.", transform: { try ModelName($0) }) var model: ModelName
    @Argument(help: "The labels; without it, what became of labels so far.") var file: String?

    @Option(help: "Labels in one request, 1 to 10000.") var batch = 2_000
    @Option(help: "Without a file: how many hours of predictions to look at.") var hours = 24
    @OptionGroup var options: ClientOptions

    func validate() throws {
        guard (1...FeedbackRequest.itemLimit).contains(self.batch) else {
            throw ValidationError("--batch is 1 to \(FeedbackRequest.itemLimit); got \(self.batch)")
        }
        guard (1...2_160).contains(self.hours) else {
            throw ValidationError("--hours is 1 to 2160; got \(self.hours)")
        }
    }

    func run() async throws {
        try await self.options.run { client, console throws(ClientFailure) in
            guard let file = self.file else {
                let answer: ControlClient.Answer<QualityResponse> = try await client.get(
                    .quality(of: self.model, hours: self.hours)
                )
                self.options.show(answer, on: console) { QualityReport(quality: $0, painter: console.painter).lines() }
                return .done
            }
            return try await self.send(FeedbackFile(path: file), client, console)
        }
    }

    private func send(_ file: FeedbackFile, _ client: ControlClient, _ console: Console) async throws(ClientFailure)
        -> ClientExit
    {
        var totals = FeedbackTotals()
        // Lines are read on a thread of their own, a batch ahead of the service.
        let batches = FeedbackBatches(file, size: self.batch)
        do {
            for try await batch in batches.stream {
                for bad in batch.bad { totals.refuse(line: bad.line, reason: bad.reason) }
                guard !batch.items.isEmpty else { continue }
                let body = JSONValue.object(["items": .array(batch.items)])
                let answer: ControlClient.Answer<FeedbackResponse> = try await client.post(
                    .feedback(on: self.model),
                    body
                )
                totals.take(answer.document)
                batches.taken()
                console.progress("\(totals.sent) labels sent")
            }
        } catch let failure as ClientFailure {
            if totals.sent > 0 { console.note("\(totals.sent) labels were sent before; sending all again is safe") }
            throw failure
        } catch {
            throw .unreadable("\(error)")
        }
        switch self.options.output {
        case .json: console.encoded(totals)
        case .table: console.lines(totals.lines(console.painter))
        }
        return totals.badLines == 0 ? .done : .refused
    }
}
