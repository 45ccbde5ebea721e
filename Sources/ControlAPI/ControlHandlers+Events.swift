import ControlWire
import MicroHTTP
import RolloutCore

extension ControlHandlers {
    /// `GET /v1/events?model=M&after=ID`, or `Last-Event-ID`; without either, from now on.
    func followEvents(_ request: HTTPRequest) throws -> HTTPResponse {
        let model = try request.target[query: "model"].map { text in
            do throws(InvalidValue) { return try ModelName(text) } catch {
                throw RequestRefusal.query("model", error.message)
            }
        }
        let after = try self.lastSeenEvent(request)
        guard let stream = try self.broadcaster.follow(after: after, model: model) else {
            let limit = EventBroadcaster.followerLimit
            throw RequestRefusal(
                problem: Problem(
                    "too-many-followers",
                    status: 503,
                    detail: "\(limit) event streams are open, or the server is stopping; try again"
                )
            )
        }
        return .eventStream(stream)
    }

    /// A browser that connects again asks for the same address, so what its header says is newer than the query.
    private func lastSeenEvent(_ request: HTTPRequest) throws -> Int64? {
        for (name, text) in [
            ("Last-Event-ID", request.headers[first: "Last-Event-ID"]), ("after", request.target[query: "after"]),
        ] {
            guard let text, !text.isEmpty else { continue }
            guard let id = Int64(text), id >= 0 else {
                throw RequestRefusal.query(name, "is the id of an event, 0 or more; got '\(text)'")
            }
            return id
        }
        return nil
    }
}
