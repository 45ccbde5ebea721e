extension Array<UInt8> {
    /// Copies `bytes` behind what is there.
    package mutating func append(contentsOf bytes: RawSpan) {
        bytes.withUnsafeBytes { self.append(contentsOf: $0) }
    }

    /// The octets, to be read in place.
    package var octets: RawSpan {
        @_lifetime(borrow self)
        get { self.span.bytes }
    }
}
