using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Native.Library;

/// <summary>Finds llama.cpp's shared libraries, whatever their file names carry of version or backend.</summary>
internal sealed class LlamaFolder
{
    public const string Variable = "MFT_LLAMA_DIR";

    private static readonly string Prefix = OperatingSystem.IsWindows() ? "" : "lib";

    private static readonly string Suffix =
        OperatingSystem.IsWindows() ? ".dll" : OperatingSystem.IsMacOS() ? ".dylib" : ".so";

    /// <summary>ggml's own parts where they are libraries that libggml is linked to, in order of dependence.</summary>
    private static readonly string[] LinkedBackends = ["ggml-cpu", "ggml-blas", "ggml-metal", "ggml-cuda", "ggml-vulkan"];

    /// <summary>What a library that the loader does not find belongs to, and what can be done.</summary>
    private static readonly (string Sign, string Remedy)[] Remedies =
    [
        ("libcu", "no CUDA driver or runtime was found: install NVIDIA's driver and the CUDA 12 runtime, or build with -p:LlamaBackend=cpu"),
        ("libvulkan", "no Vulkan loader was found: install one (Debian and Ubuntu: apt install libvulkan1), or build with -p:LlamaBackend=cpu"),
        ("libgomp", "no OpenMP runtime was found: install one (Debian and Ubuntu: apt install libgomp1)"),
    ];

    private readonly string? _package;

    private LlamaFolder(IReadOnlyList<string> paths, string? package)
    {
        Paths = paths;
        _package = package;
    }

    public string Path => Paths[0];

    /// <summary>All folders that may hold a backend of ggml: <see cref="Path"/> first.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>Whether it is a LLamaSharp.Backend package's.</summary>
    public bool IsBackendPackage => _package is not null;

    /// <summary>The folder that MFT_LLAMA_DIR names, else the one of a runtime that came with the build.</summary>
    /// <exception cref="InputException">There is no such folder.</exception>
    public static LlamaFolder Locate(RuntimeKind runtime) => At(
        Environment.GetEnvironmentVariable(Variable), AppContext.BaseDirectory, runtime == RuntimeKind.Llamasharp ? NativeBuild.Backend : null);

    /// <param name="own">The user's folder; null or empty for what came with the build.</param>
    /// <param name="program">Where the program lies.</param>
    /// <param name="package">The backend whose LLamaSharp package came with it, or null: then it is <c>llama</c> beside the program.</param>
    internal static LlamaFolder At(string? own, string program, string? package)
    {
        if (!string.IsNullOrEmpty(own))
        {
            return Directory.Exists(own)
                ? new LlamaFolder([System.IO.Path.GetFullPath(own)], null)
                : throw new InputException(Variable, null, "a folder with llama.cpp's shared libraries", $"no folder at '{own}'");
        }
        if (package is not null)
        {
            var folders = BackendPackage.Folders(program, package, BackendPackage.InstructionSets());
            return folders.FirstOrDefault(folder => !Directory.Exists(folder)) is not { } missing
                ? new LlamaFolder(folders, package)
                : throw new InputException(
                    missing, null, $"the libraries of {BackendPackage.NameOf(package)}",
                    $"no such folder: the package has none for this system, or the build is not whole; build again, or set {Variable}");
        }
        var path = System.IO.Path.Combine(program, "llama");
        return Directory.Exists(path)
            ? new LlamaFolder([path], null)
            : throw new InputException(
                path, null, "llama.cpp's shared libraries", $"no such folder: build again, or set {Variable} to a folder that has them");
    }

    /// <summary>ggml's libraries in order of dependence: a library's own search finds the ones that are already loaded.</summary>
    /// <exception cref="InputException">One is missing, or there are two.</exception>
    public IEnumerable<(string Name, string File)> GgmlFiles()
    {
        yield return (GgmlMethods.BaseLibrary, File(GgmlMethods.BaseLibrary));
        if (IsBackendPackage)
        {
            foreach (var name in LinkedBackends)
            {
                var file = Paths.Select(path => System.IO.Path.Combine(path, Prefix + name + Suffix)).FirstOrDefault(System.IO.File.Exists);
                if (file is not null) yield return (name, file);
            }
        }
        yield return (GgmlMethods.Library, File(GgmlMethods.Library));
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
                Path, null, $"one {Prefix}{library}{Suffix}",
                $"{string.Join(", ", matches.Select(System.IO.Path.GetFileName))}: delete the folder and build again"),
        };
    }

    /// <summary>What to tell a user whose system cannot load a library.</summary>
    public InputException LoadError(string path, Exception error)
    {
        // .NET puts advice on finding the cause before what the system's loader said.
        var reason = error.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^1];
        var remedy = Array.Find(Remedies, entry => reason.Contains(entry.Sign, StringComparison.Ordinal)).Remedy ?? $"this system cannot load it; {BuildHere}";
        if (reason.Contains("GLIBC", StringComparison.Ordinal))
            remedy = $"this system's C library is older than 2.34 (Debian 12 and Ubuntu 22.04 have newer ones); {BuildHere}";
        return new InputException($"{path}: {remedy}. {reason}", error);
    }

    private string BuildHere => IsBackendPackage
        ? $"build the llama.cpp of {BackendPackage.NameOf(_package!)} here and set {Variable} to its folder"
        : $"build llama.cpp v{LlamaLibrary.PinnedVersion} here and set {Variable} to its folder";
}
