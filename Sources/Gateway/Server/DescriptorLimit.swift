import Glibc

/// How many file descriptors the process may have, and how many clients that is enough for.
enum DescriptorLimit {
    /// Descriptors for everything that is no client's: upstream connections beyond one for each client, the database,
    /// files, the control API.
    private static let reserve = 256
    /// Even where descriptors are very few, some clients are served.
    private static let fewestConnections = 64

    /// Client connections that so many descriptors suffice for, each with one connection to an upstream.
    static func connections(of descriptors: Int) -> Int {
        max(self.fewestConnections, (descriptors - self.reserve) / 2)
    }

    /// Raises the limit to what so many client connections need, as far as the process may do that itself.
    ///
    /// - Returns: The limit that holds from now on; nil when there is none or it can't be known.
    static func raise(toServe connections: Int) -> Int? {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard unsafe getrlimit(resource, &limit) == 0 else { return nil }
        let wanted = min(rlim_t(clamping: connections * 2 + self.reserve), limit.rlim_max)
        if limit.rlim_cur < wanted {
            var raised = limit
            raised.rlim_cur = wanted
            if unsafe setrlimit(resource, &raised) == 0 { limit = raised }
        }
        return Int(exactly: limit.rlim_cur)
    }
}
