import Glibc
import Synchronization
import Testing

@testable import Sockets

@Suite("Names")
struct LoopNamesTests {
    private static let name = LoopNames.Name(host: "model.example", port: 80)

    private func address(_ text: String) throws -> SocketAddress {
        try #require(SocketAddress(ipAddress: text, port: 80))
    }

    @Test("A name is asked for once by all who wait for it, remembered, and asked for again when that is too old")
    func remembering() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let addresses = [try self.address("10.0.0.1"), try self.address("10.0.0.2")]
        let asked = Shared(0)
        let isOpen = Shared(false)
        let resolver = Resolver { _, _ in
            while !isOpen.get() { usleep(500) }
            asked.change { $0 += 1 }
            return .success([addresses[asked.get() - 1]])
        }
        let answers = Shared<[[SocketAddress]]>([])
        let ask: @Sendable (Int64) -> Void = { maximumAge in
            fixture.thread.post { state in
                let names = state.loop.names ?? state.loop.resolveNames(with: resolver)
                names.resolve(Self.name, maximumAge: maximumAge, timeoutMicroseconds: 10_000_000) { result in
                    answers.change { $0.append((try? result.get()) ?? []) }
                }
            }
        }
        for _ in 1...3 { ask(1_000_000_000) }
        isOpen.change { $0 = true }
        try eventually("all three have the answer") { answers.get().count == 3 }
        ask(1_000_000_000)
        try eventually("the fourth has it, too") { answers.get().count == 4 }
        #expect(answers.get() == Array(repeating: [addresses[0]], count: 4))
        #expect(asked.get() == 1)
        ask(-1)
        try eventually("it was asked for again") { answers.get().last == [addresses[1]] }
    }

    @Test("Who waits too long goes on without; a name that hangs doesn't keep others waiting")
    func hanging() throws {
        let fixture = try LoopFixture()
        defer { fixture.thread.stop() }
        let isOpen = Shared(false)
        let found = try self.address("10.0.0.1")
        let resolver = Resolver { host, _ in
            while host != "quick.example", !isOpen.get() { usleep(500) }
            return .success([found])
        }
        let failure = Shared<LookupError?>(nil)
        let quick = Shared(false)
        fixture.thread.post { state in
            let names = state.loop.resolveNames(with: resolver)
            names.resolve(Self.name, maximumAge: 0, timeoutMicroseconds: 20_000) { result in
                if case .failure(let error) = result { failure.change { $0 = error } }
            }
            let other = LoopNames.Name(host: "quick.example", port: 1)
            names.resolve(other, maximumAge: 0, timeoutMicroseconds: 10_000_000) { _ in quick.change { $0 = true } }
        }
        try eventually("the quick one is there") { quick.get() }
        try eventually("the other one is given up") { failure.get()?.host == "model.example" }
        isOpen.change { $0 = true }
    }

    @Test("The system knows localhost, and not what nobody has")
    func system() throws {
        let addresses = try SocketAddress.lookUp(host: "localhost", port: 8_080)
        #expect(addresses.allSatisfy { $0.port == 8_080 })
        #expect(addresses.contains { $0.ipAddress == "127.0.0.1" || $0.ipAddress == "::1" })
        #expect(throws: LookupError.self) { try SocketAddress.lookUp(host: "no-such-host.invalid", port: 1) }
    }

    @Test(
        "Addresses are read and written",
        arguments: [("127.0.0.1", "127.0.0.1:80"), ("::1", "[::1]:80"), ("fe80:0:0::1", "[fe80::1]:80")]
    )
    func addresses(text: String, description: String) throws {
        let address = try self.address(text)
        #expect(address.description == description)
        let (storage, length) = address.storage
        #expect(SocketAddress(storage, length: length) == address)
        #expect(SocketAddress(ipAddress: "model.example", port: 1) == nil)
    }
}
