using System.Runtime.InteropServices;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Native.Library;

/// <summary>libllama beside ggml, both of the pinned version, loaded once a process on first use and never unloaded.</summary>
public sealed unsafe class LlamaLibrary
{
    /// <summary>Parameter structs change between versions of llama.cpp, so exactly this one is taken.</summary>
    public const string PinnedVersion = "0.5.0";

    private static readonly Lazy<LlamaLibrary> Loaded = new(Load);

    private LlamaLibrary(GgmlLibrary ggml, string version)
    {
        Ggml = ggml;
        Version = version;
    }

    /// <summary>The loaded library.</summary>
    /// <exception cref="InputException">It is missing, of another version, or this system cannot load it.</exception>
    public static LlamaLibrary Instance => Loaded.Value;

    /// <summary>The ggml beside it.</summary>
    public GgmlLibrary Ggml { get; }

    /// <summary>Where the libraries lie.</summary>
    public string Folder => Ggml.Folder;

    /// <summary>What llama_version() says.</summary>
    public string Version { get; }

    private static LlamaLibrary Load()
    {
        ProcessRuntime.Use(RuntimeKind.Native);
        var ggml = GgmlLibrary.Instance;
        var (handle, _) = ggml.LoadLlama();
        var version = ReadVersion(handle);
        if (CheckVersion(ggml.Files, version) is { } wrongVersion) throw wrongVersion;
        if (!LlamaMethods.ContextDefaultParameters().HasExpectedDefaults || !LlamaMethods.ModelDefaultParameters().HasExpectedDefaults)
        {
            throw new InputException(
                ggml.Folder, null, $"the parameter structs of llama.cpp v{PinnedVersion}",
                "other defaults: a development build between versions");
        }
        LlamaLog.InstallForLlama(handle);
        LlamaMethods.BackendInit();
        return new LlamaLibrary(ggml, version);
    }

    /// <summary>The error for a version that is not the pinned one, or null.</summary>
    internal static InputException? CheckVersion(LlamaFolder folder, string version)
    {
        if (version == PinnedVersion || version.StartsWith(PinnedVersion + "-", StringComparison.Ordinal)) return null;
        var remedy = folder.IsBackendPackage
            ? "that of a LLamaSharp.Backend package, which LLamaSharp alone runs on"
            : $"unset {LlamaFolder.Variable} or point it to a build of v{PinnedVersion}";
        return new InputException(folder.Path, null, $"llama.cpp v{PinnedVersion}", $"{version}: {remedy}");
    }

    private static string ReadVersion(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "llama_version", out _)) return "a version without llama_version()";
        return Marshal.PtrToStringUTF8((nint)LlamaMethods.Version()) ?? "";
    }
}
