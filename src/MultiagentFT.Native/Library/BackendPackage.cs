using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace MultiagentFT.Native.Library;

/// <summary>
/// Where the LLamaSharp.Backend packages lay their libraries beside the program: <c>runtimes/SYSTEM/native</c>, with a folder
/// for each x86 instruction set that holds a whole CPU build, and one for each GPU backend that holds all but ggml-cpu.
/// </summary>
internal static class BackendPackage
{
    /// <summary>The package of a backend.</summary>
    /// <param name="backend"><c>cpu</c>, <c>cuda</c> or <c>vulkan</c>.</param>
    public static string NameOf(string backend) =>
        "LLamaSharp.Backend." + backend switch { "cuda" => "Cuda12", "vulkan" => "Vulkan", _ => "Cpu" };

    /// <summary>The folder of libllama, then that of the CPU backend where it is another one.</summary>
    /// <param name="program">Where the program lies.</param>
    /// <param name="backend"><c>cpu</c>, <c>cuda</c> or <c>vulkan</c>.</param>
    /// <param name="instructionSets">What the CPU can run, best first; none where a system has only one build.</param>
    /// <returns>Folders that may be missing: that is for who reads them to say.</returns>
    public static IReadOnlyList<string> Folders(string program, string backend, IReadOnlyList<string> instructionSets)
    {
        var native = Path.Combine(program, "runtimes", System, "native");
        var processor = instructionSets.Select(name => Path.Combine(native, name)).FirstOrDefault(Directory.Exists) ?? native;
        return backend switch
        {
            "cuda" => [Path.Combine(native, "cuda12"), processor],
            "vulkan" => [Path.Combine(native, "vulkan"), processor],
            _ => [processor],
        };
    }

    /// <summary>Names of the packages' x86 folders that this CPU can run, best first.</summary>
    public static IReadOnlyList<string> InstructionSets()
    {
        if (!X86Base.IsSupported) return [];
        if (OperatingSystem.IsMacOS()) return Avx.IsSupported ? [] : ["rosetta2"];
        List<string> names = ["noavx"];
        if (Avx.IsSupported) names.Insert(0, "avx");
        if (Avx2.IsSupported) names.Insert(0, "avx2");
        // These builds use the vector neural network instructions too, which .NET has no property for: CPUID 7, ECX bit 11.
        if (Avx512F.IsSupported && Avx512BW.IsSupported && Avx512Vbmi.IsSupported && (X86Base.CpuId(7, 0).Ecx & (1 << 11)) != 0)
            names.Insert(0, "avx512");
        return names;
    }

    /// <summary>Runtime identifier without a distribution, as the packages name their folders.</summary>
    private static string System
    {
        get
        {
            var architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
            if (OperatingSystem.IsWindows()) return "win-" + architecture;
            if (OperatingSystem.IsMacOS()) return "osx-" + architecture;
            return (RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) ? "linux-musl-" : "linux-") + architecture;
        }
    }
}
