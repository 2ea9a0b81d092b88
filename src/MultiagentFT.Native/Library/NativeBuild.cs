using System.Reflection;

namespace MultiagentFT.Native.Library;

/// <summary>What the build was asked for: which libraries lie beside the program.</summary>
internal static class NativeBuild
{
    /// <summary><c>cpu</c>, <c>cuda</c> or <c>vulkan</c> (<c>-p:LlamaBackend</c>).</summary>
    public static string Backend { get; } = Metadata("LlamaBackend");

    /// <summary>Whether llama.cpp comes from a LLamaSharp.Backend package (<c>-p:LlamaRuntime=llamasharp</c>).</summary>
    public static bool HasBackendPackage { get; } = Metadata("LlamaRuntime") == "llamasharp";

    private static string Metadata(string key) =>
        typeof(NativeBuild).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == key).Value!;
}
