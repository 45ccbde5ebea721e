import Foundation
import FoundationNetworking
import RolloutCore
import RolloutEngine

/// A POST that asks a service of the user's for one number: `{"value": 0.25}`, or `null` when it has none.
enum WebhookQuestion {
    private struct Body: Encodable {
        let model: String
        let version: String
        let cohort: String
        let canary: String
        let stable: String
        let intervalStart: String
        let intervalSeconds: Int
    }

    static func request(_ address: String, _ question: MetricQuestion) throws(MetricFailure) -> URLRequest {
        let address = question.filled(address)
        guard let url = URL(string: address), url.host?.isEmpty == false else {
            throw MetricFailure("'\(address)' is not an address")
        }
        let subject = question.subject
        let body = Body(
            model: subject.model.text,
            version: question.version.text,
            cohort: question.cohort.rawValue,
            canary: subject.canary.text,
            stable: subject.stable.text,
            intervalStart: subject.intervalStart.description,
            intervalSeconds: subject.intervalSeconds
        )
        var request = URLRequest(url: url)
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        do { request.httpBody = try JSONEncoder().encode(body) } catch {
            throw MetricFailure("the question can't be written: \(error)")
        }
        return request
    }

    private struct Answer: Decodable { let value: Double? }

    static func value(in answer: BlockingHTTP.Answer) throws(MetricFailure) -> Double? {
        guard (200..<300).contains(answer.status) else {
            throw MetricFailure("the webhook answered status \(answer.status): \(answer.excerpt)")
        }
        do { return try JSONDecoder().decode(Answer.self, from: answer.body).value } catch {
            throw MetricFailure(#"the webhook must answer {"value": NUMBER}; got: \#(answer.excerpt)"#)
        }
    }
}
