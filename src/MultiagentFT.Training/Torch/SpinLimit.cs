using MultiagentFT.Native.Library;

namespace MultiagentFT.Training.Torch;

/// <summary>
/// How long libtorch's threads look for work before they sleep. By default they look for milliseconds, which on a machine with other work takes the
/// time from the very threads that they wait for (measured in <c>benchmarks/LOG.md</c>, 2026-11-26). OpenMP reads its settings once, when it is loaded.
/// </summary>
internal static class SpinLimit
{
    /// <summary>Looks before a thread sleeps: some tens of microseconds, longer than between two operations of a small model.</summary>
    private const string Looks = "20000";

    /// <summary>Call before libtorch is loaded. What the user has set stays.</summary>
    public static void Set()
    {
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is not { Length: > 0 }) NativeEnvironment.SetUnlessSet("GOMP_SPINCOUNT", Looks);
    }
}
