package import RolloutCore
import Synchronization

/// Makes pin tokens, with the store away, too, once it has been there.
package final class PinTokens: Sendable {
    private let store: any RolloutStore
    /// What all gateways sign with; it never changes.
    private let key = Mutex<Salt?>(nil)

    package init(store: any RolloutStore) { self.store = store }

    /// Reads what tokens are signed with, so that they can be made later without the store.
    package func prepare() throws {
        let key = try self.store.read { try $0.stampKey() }
        self.key.withLock { $0 = key }
    }

    /// Makes a token. With the store away nobody looks whether the version exists: a gateway answers 404 when it doesn't.
    ///
    /// - Parameters:
    ///   - model: Nil for every model; then `version` is nil, too.
    ///   - version: Nil for every version.
    /// - Throws: `CommandError.unknownModel`, `CommandError.unknownVersion`; what the store throws, when it was never there.
    package func make(
        model: ModelName?,
        version: VersionName?,
        until expiresAt: Timestamp
    ) throws -> (token: PinToken, text: String) {
        precondition(model != nil || version == nil, "a version is one of a model")
        let token = PinToken(model: model, version: version, expiresAt: expiresAt)
        return (token, token.text(signedWith: PinKey(derivedFrom: try self.key(for: model, version).hash)))
    }

    private func key(for model: ModelName?, _ version: VersionName?) throws -> Salt {
        do {
            let key = try self.store.read { view in
                if let model {
                    guard try view.model(model) != nil else { throw CommandError.unknownModel(model) }
                    if let version, try view.version(version, of: model) == nil {
                        throw CommandError.unknownVersion(version, model)
                    }
                }
                return try view.stampKey()
            }
            self.key.withLock { $0 = key }
            return key
        } catch let refusal as CommandError {
            throw refusal
        } catch {
            guard let key = self.key.withLock({ $0 }) else { throw error }
            return key
        }
    }
}
