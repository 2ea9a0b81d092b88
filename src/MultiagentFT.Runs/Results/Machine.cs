using System.Runtime.InteropServices;

namespace MultiagentFT.Runs.Results;

/// <summary>Where numbers were measured.</summary>
/// <param name="System">Operating system and version.</param>
/// <param name="Processor">Model name of the CPU, or its architecture when the system does not tell.</param>
/// <param name="Cores">Logical cores this process may use.</param>
/// <param name="MemoryBytes">Memory this process may use.</param>
/// <param name="Runtime">.NET version.</param>
public sealed record Machine(string System, string Processor, int Cores, long MemoryBytes, string Runtime)
{
    public static Machine Current() => new(
        RuntimeInformation.OSDescription,
        ProcessorName() ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        RuntimeInformation.FrameworkDescription);

    private static string? ProcessorName()
    {
        if (OperatingSystem.IsWindows()) return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        const string Information = "/proc/cpuinfo";
        if (!File.Exists(Information)) return null;
        return File.ReadLines(Information)
            .Where(line => line.StartsWith("model name", StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf(':') + 1)..].Trim())
            .FirstOrDefault();
    }
}
