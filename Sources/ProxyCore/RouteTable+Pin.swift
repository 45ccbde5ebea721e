package import HTTPWire
package import RolloutCore

extension RouteTable {
    /// Where a request to `route` is pinned to, as its headers say.
    ///
    /// The token is looked at before the version: who has none learns nothing about versions.
    ///
    /// - Parameter now: By the clock that tokens expire by.
    package func pin(_ fields: borrowing FieldSection, source: RawSpan, route: Int, at now: Timestamp) -> Pin {
        if !fields.contains(.pin), !fields.contains(.pinToken) { return .none }
        let versions = fields.lines.filter { $0.kind == .pin }
        let tokens = fields.lines.filter { $0.kind == .pinToken }
        if versions.count > 1 || tokens.count > 1 { return .refused(.ambiguous) }
        guard let named = versions.first?.value else { return .refused(.tokenAlone) }
        guard let token = tokens.first?.value else { return .refused(.missingToken) }
        guard let known = PinToken(text: source.extracting(token.bounds).array, signedWith: self.pinKey) else {
            return .refused(.forgedToken)
        }
        let version = source.extracting(named.bounds).array
        let text = String(decoding: version, as: UTF8.self)
        if let refusal = known.refusal(of: text, of: self.routes[route].model, at: now) {
            return .refused(PinRefusal(refusal))
        }
        // Of two arms of one version the first one, stable's, will do.
        let arm = self.routes[route].arms.first { self.arms[$0].versionName == version }
        return (arm ?? self.routes[route].pinArms.first { self.arms[$0].versionName == version }).map(Pin.arm)
            ?? .refused(.unknownVersion)
    }
}

extension PinRefusal {
    init(_ refusal: PinToken.Refusal) {
        self =
            switch refusal {
            case .expired: .expiredToken
            case .otherModel: .otherModel
            case .otherVersion: .otherVersion
            }
    }
}
