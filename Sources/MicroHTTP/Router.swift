/// Finds the route of a request by method and path; every request has exactly one outcome.
///
/// A pattern is `/` and literal or `{name}` segments: `/v1/models/{model}`. A parameter takes exactly one segment that
/// is not empty. Literals win over parameters from left to right, whatever the order of the routes.
package struct Router<Route: Sendable>: Sendable {
    package struct Match: Sendable {
        package let route: Route
        package let parameters: [String: String]
    }

    package enum Outcome: Sendable {
        case found(Match)
        /// The path exists for these methods only, sorted, with `HEAD` beside `GET`: the value of `Allow`.
        case methodNotAllowed(allow: [String])
        case notFound
    }

    private struct Endpoint: Sendable {
        let route: Route
        let parameters: [String]
    }

    private struct Node: Sendable {
        var literals: [String: Int] = [:]
        var parameter: Int?
        var endpoints: [String: Endpoint] = [:]
    }

    /// The tree of patterns; 0 is the root, which stands before the first slash.
    private var nodes = [Node()]

    package init() {}

    /// - Parameters:
    ///   - method: A token; a `GET` route also answers `HEAD` unless that has its own.
    ///   - pattern: Begins with `/`; stops the program when it is malformed or taken, as that is a mistake in it.
    package mutating func add(_ method: String, _ pattern: String, _ route: Route) {
        precondition(pattern.hasPrefix("/"), "the pattern \(pattern) must begin with /")
        var node = 0
        var parameters: [String] = []
        for part in pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            if part.hasPrefix("{"), part.hasSuffix("}"), part.count > 2 {
                parameters.append(String(part.dropFirst().dropLast()))
                node = child(of: node, at: \.parameter)
            } else {
                precondition(!part.contains { $0 == "{" || $0 == "}" }, "a parameter of \(pattern) is a whole segment")
                node = child(of: node, at: \.literals[String(part)])
            }
        }
        precondition(Set(parameters).count == parameters.count, "a parameter of \(pattern) occurs twice")
        precondition(nodes[node].endpoints[method] == nil, "there are two routes for \(method) \(pattern)")
        nodes[node].endpoints[method] = Endpoint(route: route, parameters: parameters)
    }

    package func route(_ head: HTTPRequestHead) -> Outcome {
        route(method: head.method, segments: head.target.segments)
    }

    /// - Parameter segments: Decoded, as `RequestTarget.segments`.
    package func route(method: String, segments: [String]) -> Outcome {
        var search = Search(method: method, segments: segments)
        visit(0, &search)
        if let (endpoint, captured) = search.found {
            let parameters = Dictionary(uniqueKeysWithValues: zip(endpoint.parameters, captured))
            return .found(Match(route: endpoint.route, parameters: parameters))
        }
        return search.allowed.isEmpty ? .notFound : .methodNotAllowed(allow: search.allowed.sorted())
    }

    private struct Search {
        let method: String
        let segments: [String]
        var depth = 0
        var captured: [String] = []
        var found: (Endpoint, [String])?
        var allowed: Set<String> = []
    }

    private func visit(_ index: Int, _ search: inout Search) {
        let node = nodes[index]
        guard search.depth < search.segments.count else {
            arrive(at: node, &search)
            return
        }
        let segment = search.segments[search.depth]
        search.depth += 1
        defer { search.depth -= 1 }
        if let literal = node.literals[segment] { visit(literal, &search) }
        if search.found == nil, let parameter = node.parameter, !segment.isEmpty {
            search.captured.append(segment)
            visit(parameter, &search)
            search.captured.removeLast()
        }
    }

    private func arrive(at node: Node, _ search: inout Search) {
        let isHead = search.method == "HEAD"
        if let endpoint = node.endpoints[search.method] ?? (isHead ? node.endpoints["GET"] : nil) {
            search.found = (endpoint, search.captured)
        }
        search.allowed.formUnion(node.endpoints.keys)
        if node.endpoints["GET"] != nil { search.allowed.insert("HEAD") }
    }

    private mutating func child(of index: Int, at place: WritableKeyPath<Node, Int?>) -> Int {
        if let child = nodes[index][keyPath: place] { return child }
        nodes.append(Node())
        nodes[index][keyPath: place] = nodes.count - 1
        return nodes.count - 1
    }
}
