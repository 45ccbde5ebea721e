import Foundation
import FoundationNetworking
import RolloutCore

/// An instant query of Prometheus's HTTP API, `GET /api/v1/query`.
enum PrometheusQuery {
    /// - Parameter address: Below which the API is, such as `http://prometheus:9090` or `https://host/prometheus`.
    static func request(
        _ address: String,
        _ query: String,
        _ question: MetricQuestion
    ) throws(MetricFailure) -> URLRequest {
        guard var url = URL(string: address), url.host?.isEmpty == false else {
            throw MetricFailure("'\(address)' is not an address")
        }
        url.append(path: "api/v1/query")
        url.append(queryItems: [
            URLQueryItem(name: "query", value: question.filled(query)),
            // A query means the interval that is judged, not the moment at which it happens to be asked.
            URLQueryItem(name: "time", value: question.end.description),
        ])
        // A plus sign in a query means a space to many servers.
        var parts = URLComponents(url: url, resolvingAgainstBaseURL: false)
        let encoded = parts?.percentEncodedQuery?.replacing("+", with: "%2B")
        parts?.percentEncodedQuery = encoded
        return URLRequest(url: parts?.url ?? url)
    }

    private struct Answer: Decodable {
        struct Content: Decodable {
            let resultType: String
            let result: Result
        }

        enum Result: Decodable {
            /// Of a vector: each series' value.
            case series([Sample])
            case sample(Sample)

            private struct Series: Decodable { let value: Sample }

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let series = try? container.decode([Series].self) {
                    self = .series(series.map(\.value))
                } else {
                    self = .sample(try container.decode(Sample.self))
                }
            }
        }

        let status: String
        let error: String?
        let data: Content?
    }

    /// A time and a number, which is written as text: `[1735689600.5, "0.25"]`.
    private struct Sample: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            _ = try container.decode(Double.self)
            self.text = try container.decode(String.self)
        }
    }

    static func value(in answer: BlockingHTTP.Answer) throws(MetricFailure) -> Double? {
        let document: Answer
        do { document = try JSONDecoder().decode(Answer.self, from: answer.body) } catch {
            throw MetricFailure("status \(answer.status) without an answer of Prometheus's API: \(answer.excerpt)")
        }
        guard document.status == "success", let data = document.data else {
            throw MetricFailure("Prometheus refused: \(document.error ?? "status \(answer.status)")")
        }
        switch data.result {
        case .series(let samples) where data.resultType == "vector":
            guard samples.count <= 1 else {
                throw MetricFailure("the query gives \(samples.count) series; make it one, for example with sum(…)")
            }
            return try samples.first.flatMap { sample throws(MetricFailure) in try self.number(sample.text) }
        case .sample(let sample) where data.resultType == "scalar": return try self.number(sample.text)
        case .series, .sample:
            throw MetricFailure("the query gives a \(data.resultType); it must be an instant vector or a scalar")
        }
    }

    private static func number(_ text: String) throws(MetricFailure) -> Double? {
        guard let number = Double(text) else { throw MetricFailure("'\(text)' is not a number") }
        return number.isFinite ? number : nil
    }
}
