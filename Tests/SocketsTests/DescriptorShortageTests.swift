import Glibc
import Testing

@testable import Sockets

@Suite("Without descriptors")
struct DescriptorShortageTests {
    @Test("What can't be accepted waits until descriptors are there, and those that are open go on")
    func accepting() async {
        // A process of its own: the limit is a whole process's.
        await #expect(processExitsWith: .success) {
            let fixture = try LoopFixture()
            defer { fixture.thread.stop() }
            let address = try fixture.listenOnLoopback()
            let first = try PlainPeer(port: address.port)
            try fixture.awaitNote("accepted", "opened")
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            let whole = limit
            let free = dup(0)
            close(free)
            limit.rlim_cur = rlim_t(free + 1)  // Enough for the client's own end.
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            let second = try PlainPeer(port: address.port)
            try fixture.awaitNote("listener", "paused \(EMFILE)")
            try first.send("still served")
            try fixture.awaitNote("accepted", "received 12")
            #expect(fixture.what("accepted") == ["opened", "received 12"])
            limit = whole
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            try second.send("at last")
            try fixture.awaitNote("accepted", "received 7")
            #expect(fixture.what("listener") == ["paused \(EMFILE)"])
        }
    }

    @Test("A connection that can't be made for want of a descriptor is told as a shortage")
    func connecting() async {
        await #expect(processExitsWith: .success) {
            let fixture = try LoopFixture()
            defer { fixture.thread.stop() }
            let address = try fixture.listenOnLoopback()
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            let free = dup(0)
            close(free)
            limit.rlim_cur = rlim_t(free)
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            let failures = Shared<[ConnectError]>([])
            fixture.thread.post { state in
                state.loop.connect(to: [address], timeoutMicroseconds: 1_000_000) { result in
                    if case .failure(let error) = result { failures.change { $0.append(error) } }
                }
            }
            let shortage = SocketError(.socket, EMFILE)
            try eventually("it has failed") { failures.get() == [.unreachable([shortage])] }
            #expect(shortage.isShortage)
        }
    }
}
