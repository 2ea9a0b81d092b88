using System.Reflection;
using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Native.Library;

/// <summary>What the build was asked for: which libraries lie beside the program.</summary>
internal static class NativeBuild
{
    /// <summary><c>cpu</c>, <c>cuda</c> or <c>vulkan</c> (<c>-p:LlamaBackend</c>).</summary>
    public static string Backend { get; } = Metadata("LlamaBackend");

    /// <summary>Whether a runtime's libraries were asked for: both are unless one was refused (<c>-p:LLamaSharp</c>, <c>-p:LlamaFromNpm</c>).</summary>
    public static bool Has(RuntimeKind kind) => Metadata(kind == RuntimeKind.Llamasharp ? "LLamaSharp" : "LlamaFromNpm") != "false";

    private static string Metadata(string key) =>
        typeof(NativeBuild).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == key).Value!;
}
