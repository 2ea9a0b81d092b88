using MultiagentFT.Native.Library;

namespace MultiagentFT.Training.Torch;

/// <summary>
/// What libtorch remembers of products. oneDNN keeps the code that it has compiled for 1 024 of them; in front of that libtorch keeps a thousand of its own objects for
/// each thread, which save no time and held 100 MB of a small training (<c>benchmarks/LOG.md</c>, 2026-11-27). It reads its setting once.
/// </summary>
internal static class ProductCache
{
    /// <summary>Call before libtorch is loaded. What the user has set stays.</summary>
    public static void Limit() => NativeEnvironment.SetUnlessSet("LRU_CACHE_CAPACITY", "1");
}
