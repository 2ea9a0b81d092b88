using MultiagentFT.Foundation;

namespace MultiagentFT.Native.Library;

/// <summary>Finds llama.cpp's shared libraries in a folder, whatever their file names carry of version or backend.</summary>
internal sealed class LlamaFolder
{
    public const string Variable = "MFT_LLAMA_DIR";

    private static readonly string Prefix = OperatingSystem.IsWindows() ? "" : "lib";

    private static readonly string Suffix =
        OperatingSystem.IsWindows() ? ".dll" : OperatingSystem.IsMacOS() ? ".dylib" : ".so";

    private LlamaFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>The folder that MFT_LLAMA_DIR names, else <c>llama</c> beside the program.</summary>
    /// <exception cref="InputException">There is no such folder.</exception>
    public static LlamaFolder Locate() => At(Environment.GetEnvironmentVariable(Variable));

    /// <summary>The given folder; null or empty is <c>llama</c> beside the program.</summary>
    internal static LlamaFolder At(string? own)
    {
        if (!string.IsNullOrEmpty(own))
        {
            return Directory.Exists(own)
                ? new LlamaFolder(System.IO.Path.GetFullPath(own))
                : throw new InputException(Variable, null, "a folder with llama.cpp's shared libraries", $"no folder at '{own}'");
        }
        var path = System.IO.Path.Combine(AppContext.BaseDirectory, "llama");
        return Directory.Exists(path)
            ? new LlamaFolder(path)
            : throw new InputException(
                path, null, "llama.cpp's shared libraries", $"no such folder: build again, or set {Variable} to a folder that has them");
    }

    /// <summary>The file of one library: its plain name, or else the only one with something between name and suffix.</summary>
    /// <param name="library">Such as <c>llama</c> or <c>ggml-base</c>.</param>
    /// <exception cref="InputException">None, or more than one.</exception>
    public string File(string library)
    {
        var plain = System.IO.Path.Combine(Path, Prefix + library + Suffix);
        if (System.IO.File.Exists(plain)) return plain;
        var matches = Directory.GetFiles(Path, $"{Prefix}{library}.*{Suffix}");
        return matches switch
        {
            [var only] => only,
            [] => throw new InputException(
                Path, null, $"{Prefix}{library}{Suffix}", $"no such file: build again, or set {Variable} to a folder that has it"),
            _ => throw new InputException(
                Path, null, $"one {Prefix}{library}{Suffix}", $"{string.Join(", ", matches.Select(System.IO.Path.GetFileName))}: delete the folder and build again"),
        };
    }
}
