using System.Runtime.InteropServices;

namespace MultiagentFT.Training.Torch;

/// <summary>
/// How long libtorch's threads look for work before they sleep. By default they look for milliseconds, which on a machine with other work takes the
/// time from the very threads that they wait for (measured in <c>benchmarks/LOG.md</c>, 2026-11-26). OpenMP reads its settings once, when it is loaded.
/// </summary>
internal static partial class SpinLimit
{
    /// <summary>Looks before a thread sleeps: some tens of microseconds, longer than between two operations of a small model.</summary>
    private const string Looks = "20000";

    /// <summary>Call before libtorch is loaded. What the user has set stays.</summary>
    public static void Set()
    {
        if (!OperatingSystem.IsLinux() || IsSet("OMP_WAIT_POLICY")) return;
        // .NET keeps variables of its own, which native libraries do not see.
        _ = SetVariable("GOMP_SPINCOUNT", Looks, overwrite: 0);
    }

    private static bool IsSet(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 };

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
