import CKernels
import Synchronization

/// A pool of threads that wait for work; the plans of one engine share it.
///
/// `@unchecked Sendable`: the C pool takes calls from many threads.
final class ThreadPool: @unchecked Sendable {
  /// nil for one thread, and when no threads are to be had.
  let pool: OpaquePointer?
  /// How many threads compute, the caller's included.
  let threads: Int

  init(threads: Int) {
    pool = threads > 1 ? apus_pool_create(Int32(clamping: threads), nil, nil) : nil
    self.threads = pool == nil ? 1 : threads
  }

  deinit { apus_pool_destroy(pool) }
}

/// The pools of an engine by number of threads, made when first asked for.
final class ThreadPools: Sendable {
  private let pools = Mutex<[Int: ThreadPool]>([:])

  func pool(of threads: Int) -> ThreadPool {
    pools.withLock { pools in
      if let pool = pools[threads] { return pool }
      let pool = ThreadPool(threads: threads)
      pools[threads] = pool
      return pool
    }
  }
}
