internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Computes two values at once, for work that is long beside the start of a thread: the second on a
/// thread of its own, or after the first where no thread is to be had.
func together<A, B: Sendable>(
  _ first: () throws -> A, _ second: @escaping @Sendable () throws -> B
) -> (Result<A, any Error>, Result<B, any Error>) {
  let outcome = Outcome<B>()
  let job = Job { outcome.value.withLock { $0 = Result(catching: second) } }
  #if canImport(Darwin)
  var thread: pthread_t?
  #else
  var thread = pthread_t()
  #endif
  let argument = Unmanaged.passRetained(job)
  let isStarted =
    pthread_create(
      &thread, nil,
      { argument in
        let argument: UnsafeMutableRawPointer? = argument
        if let argument { Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().body() }
        return nil
      }, argument.toOpaque()) == 0
  if !isStarted { argument.release() }
  let made = Result(catching: first)
  #if canImport(Darwin)
  if isStarted, let thread { pthread_join(thread, nil) }
  #else
  if isStarted { pthread_join(thread, nil) }
  #endif
  return (made, outcome.value.withLock { $0 } ?? Result(catching: second))
}

private final class Outcome<Value: Sendable>: Sendable {
  let value = Mutex<Result<Value, any Error>?>(nil)
}

private final class Job: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
