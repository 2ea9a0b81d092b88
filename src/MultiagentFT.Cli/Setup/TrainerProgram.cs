using System.Runtime.InteropServices;
using MultiagentFT.Runs.Training;

namespace MultiagentFT.Cli.Setup;

/// <summary>How this program starts itself as a trainer.</summary>
internal static class TrainerProgram
{
    private const string Name = "mft";

    public static TrainerCommand Current() =>
        Of(Environment.ProcessPath, AppContext.BaseDirectory, RuntimeEnvironment.GetRuntimeDirectory());

    /// <param name="process">The running executable: <c>mft</c>, <c>dotnet</c>, or the host of a test.</param>
    /// <param name="folder">Where <c>mft.dll</c> lies.</param>
    /// <param name="runtime">The running .NET, <c>ROOT/shared/Microsoft.NETCore.App/VERSION</c>.</param>
    internal static TrainerCommand Of(string? process, string folder, string runtime)
    {
        var name = Path.GetFileNameWithoutExtension(process);
        if (name == Name) return new TrainerCommand(process!, []);
        var dotnet = name == "dotnet"
            ? process!
            : Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return new TrainerCommand(dotnet, [Path.Combine(folder, Name + ".dll")]);
    }
}
