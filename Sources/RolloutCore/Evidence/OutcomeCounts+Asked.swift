extension OutcomeCounts {
    /// Requests that were the version's to answer: the judged ones and those that clients gave up.
    package var asked: Int64 { self.judged + self[.clientAborted] }

    /// Of the requests asked, those that got no good answer: errors, and requests that clients gave up, as they do on a version that hangs.
    package var unserved: Int64 { self.errors + self[.clientAborted] }
}
