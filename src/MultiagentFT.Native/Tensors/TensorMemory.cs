using System.Runtime.InteropServices;

namespace MultiagentFT.Native.Tensors;

/// <summary>
/// Where libtorch takes large tensors on the CPU from, on Linux: a range of addresses that holds nothing else, so that the holes of one step fit the next
/// (<c>native/torch_memory</c>). A heap that small blocks share keeps up to twice of what tensors take.
/// </summary>
public static partial class TensorMemory
{
    private const string Library = "mft_torch_memory";
    private static readonly Lazy<bool> Used = new(Use);

    /// <summary>Makes libtorch, which is loaded already, use it; does nothing on other systems, and with a libtorch that it does not know.</summary>
    /// <returns>Whether it does.</returns>
    public static bool EnsureUsed() => Used.Value;

    /// <summary>Before libtorch is loaded there is nothing to use, and asking must not settle that.</summary>
    private static bool IsUsed => Used is { IsValueCreated: true, Value: true };

    /// <summary>Bytes of large tensors; zeros where <see cref="EnsureUsed"/> did nothing or was not called.</summary>
    public static TensorMemoryCounts Counts
    {
        get
        {
            var counts = default(TensorMemoryCounts);
            if (IsUsed) ReadCounts(ref counts);
            return counts;
        }
    }

    /// <summary>Begins to measure anew.</summary>
    public static void ResetPeak()
    {
        if (IsUsed) Reset();
    }

    /// <summary>Gives what no tensor uses back to the system.</summary>
    public static void Trim()
    {
        if (IsUsed) TrimPages();
    }

    private static bool Use()
    {
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            return Install() == 1;
        }
        catch (DllNotFoundException)
        {
            // A build without CMake's libraries: libtorch keeps its own.
            return false;
        }
    }

    [LibraryImport(Library, EntryPoint = "mft_torch_memory_use")]
    private static partial int Install();

    [LibraryImport(Library, EntryPoint = "mft_torch_memory_get_counts")]
    private static partial void ReadCounts(ref TensorMemoryCounts counts);

    [LibraryImport(Library, EntryPoint = "mft_torch_memory_reset_peak")]
    private static partial void Reset();

    [LibraryImport(Library, EntryPoint = "mft_torch_memory_trim")]
    private static partial void TrimPages();
}
