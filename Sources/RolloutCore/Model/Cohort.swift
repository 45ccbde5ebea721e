/// What the splitter returns for a request.
///
/// `baseline` is a share of the requests to stable, equal in size to the canary's, kept apart for comparison.
package enum Cohort: String, Codable, Hashable, Sendable, CaseIterable {
    case stable, canary, baseline
}
