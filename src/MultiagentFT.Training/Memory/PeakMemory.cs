using System.Globalization;

namespace MultiagentFT.Training.Memory;

/// <summary>The most memory that this process has had resident.</summary>
public static class PeakMemory
{
    private const string Status = "/proc/self/status";

    /// <returns>Bytes (VmHWM of Linux); 0 where the system does not say.</returns>
    public static long Bytes()
    {
        if (!File.Exists(Status)) return 0;
        var line = File.ReadLines(Status).FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return line is not null && long.TryParse(line.AsSpan(6).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture, out var kibibytes) ? kibibytes << 10 : 0;
    }
}
