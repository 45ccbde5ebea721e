import ControlWire
import Foundation
import FoundationNetworking

/// Speaks to the control API: one request, one answer, no retries, since a person or a pipeline decides on those.
struct ControlClient: Sendable {
    private let baseURL: URL
    private let actor: String
    private let session: URLSession

    /// - Parameters:
    ///   - baseURL: `http` or `https`, with or without a path before `/v1`.
    ///   - actor: Who asks, for the record.
    ///   - timeoutSeconds: Of a whole request, above 0.
    init(baseURL: URL, actor: String, timeoutSeconds: Double) {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = timeoutSeconds
        configuration.timeoutIntervalForResource = timeoutSeconds
        self.baseURL = baseURL
        self.actor = actor
        self.session = URLSession(configuration: configuration)
    }

    /// A document of the API, and the bytes it came as.
    struct Answer<Document> {
        let document: Document
        let bytes: Data
    }

    func get<Document: Decodable>(
        _ path: ControlPath,
        as type: Document.Type = Document.self
    ) async throws(ClientFailure) -> Answer<Document> {
        try await self.answer(to: self.request("GET", path), as: type)
    }

    func post<Document: Decodable>(
        _ path: ControlPath,
        _ body: some Encodable,
        as type: Document.Type = Document.self
    ) async throws(ClientFailure) -> Answer<Document> {
        try await self.send("POST", path, body, as: type)
    }

    func put<Document: Decodable>(
        _ path: ControlPath,
        _ body: some Encodable,
        as type: Document.Type = Document.self
    ) async throws(ClientFailure) -> Answer<Document> {
        try await self.send("PUT", path, body, as: type)
    }

    private func send<Document: Decodable>(
        _ method: String,
        _ path: ControlPath,
        _ body: some Encodable,
        as type: Document.Type
    ) async throws(ClientFailure) -> Answer<Document> {
        var request = self.request(method, path)
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        do {
            request.httpBody = try JSONEncoder().encode(body)
        } catch {
            throw .unintelligible(url: path.text, cause: "the request can't be written as JSON: \(error)")
        }
        return try await self.answer(to: request, as: type)
    }

    private func request(_ method: String, _ path: ControlPath) -> URLRequest {
        var url = self.baseURL.appending(path: path.text)
        if !path.query.isEmpty {
            url.append(queryItems: path.query.map { URLQueryItem(name: $0.name, value: $0.value) })
        }
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.setValue("application/json, application/problem+json", forHTTPHeaderField: "Accept")
        request.setValue(self.actor, forHTTPHeaderField: "X-Serin-Actor")
        return request
    }

    private func answer<Document: Decodable>(
        to request: URLRequest,
        as type: Document.Type
    ) async throws(ClientFailure) -> Answer<Document> {
        let place = request.url?.absoluteString ?? self.baseURL.absoluteString
        let bytes: Data
        let response: URLResponse
        do {
            (bytes, response) = try await self.session.data(for: request)
        } catch {
            throw .unreachable(url: self.baseURL.absoluteString, cause: error.localizedDescription)
        }
        guard let response = response as? HTTPURLResponse else {
            throw .unintelligible(url: place, cause: "the answer is not HTTP")
        }
        guard (200..<300).contains(response.statusCode) else {
            let problem = Self.problem(response.statusCode, bytes)
            throw response.statusCode >= 500 ? .failing(problem) : .refused(problem)
        }
        do {
            return Answer(document: try JSONDecoder().decode(type, from: bytes), bytes: bytes)
        } catch {
            throw .unintelligible(url: place, cause: "\(error)")
        }
    }

    /// What came instead of an answer; a status without a problem document (a proxy's page, say) is shown as far as it can be.
    static func problem(_ status: Int, _ bytes: Data) -> Problem {
        if let problem = try? JSONDecoder().decode(Problem.self, from: bytes) { return problem }
        let text = String(decoding: bytes.prefix(200), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return Problem(
            title: HTTPURLResponse.localizedString(forStatusCode: status).capitalized,
            status: status,
            detail: text.isEmpty ? "the answer says no more" : text
        )
    }
}
