import ControlWire
import MicroHTTP
import RolloutCore

extension ControlHandlers {
    /// `GET /v1/events?model=M&after=ID`, or `Last-Event-ID`; without either, from now on.
    func followEvents(_ request: HTTPRequest) throws -> HTTPResponse {
        let model = try request.target[query: "model"].map { try ModelName($0) }
        var after: Int64?
        if let text = request.headers[first: "Last-Event-ID"] ?? request.target[query: "after"] {
            guard let id = Int64(text), id >= 0 else { throw InvalidValue("is the id of an event, 0 or more; got '\(text)'", at: "/after") }
            after = id
        }
        guard let stream = try self.broadcaster.follow(after: after, model: model) else {
            throw RequestRefusal(
                problem: Problem(title: "Too many followers", status: 503, detail: "the limit of open event streams is reached; try again"))
        }
        return .eventStream(stream)
    }
}
