import Foundation
import FoundationNetworking
package import RolloutCore
package import RolloutEngine

/// Reads numbers of external checks over HTTP: from Prometheus's instant queries, or from a webhook.
package struct HTTPMetrics: ExternalMetrics {
    private let client: BlockingHTTP

    /// - Parameter timeoutSeconds: Of one question about one cohort, above 0.
    package init(timeoutSeconds: Double = 5) {
        self.client = BlockingHTTP(timeoutSeconds: timeoutSeconds)
    }

    /// Asks about each cohort by itself, so that one answer is there when the other fails.
    package func read(_ source: ExternalSource, _ subject: ExternalSubject) throws -> ExternalReading {
        var reading = ExternalReading()
        var errors: [String] = []
        for cohort in [MetricQuestion.Cohort.canary, .stable] {
            let question = MetricQuestion(subject: subject, cohort: cohort)
            do throws(MetricFailure) {
                switch cohort {
                case .canary: reading.canary = try self.value(source, question)
                case .stable: reading.stable = try self.value(source, question)
                }
            } catch {
                errors.append("\(cohort.rawValue): \(error.description)")
            }
        }
        if !errors.isEmpty { reading.error = errors.joined(separator: "; ") }
        return reading
    }

    /// Nil when the other system has no number: an empty result, NaN, or an infinite one.
    private func value(_ source: ExternalSource, _ question: MetricQuestion) throws(MetricFailure) -> Double? {
        switch source {
        case .prometheus(let url, let query):
            let answer = try self.client.answer(to: PrometheusQuery.request(url, query, question))
            return try PrometheusQuery.value(in: answer)
        case .webhook(let url):
            let answer = try self.client.answer(to: WebhookQuestion.request(url, question))
            return try WebhookQuestion.value(in: answer)
        }
    }
}
