using System.Runtime.InteropServices;
using MultiagentFT.Foundation;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Native.Library;

/// <summary>llama.cpp's shared libraries, loaded once a process on first use and never unloaded.</summary>
public sealed unsafe class LlamaLibrary
{
    /// <summary>Parameter structs change between versions of llama.cpp, so exactly this one is taken.</summary>
    public const string PinnedVersion = "0.5.0";

    private static readonly Lazy<LlamaLibrary> Loaded = new(Load);

    private LlamaLibrary(string folder, string version)
    {
        Folder = folder;
        Version = version;
    }

    /// <summary>The loaded library.</summary>
    /// <exception cref="InputException">It is missing, of another version, or this system cannot load it.</exception>
    public static LlamaLibrary Instance => Loaded.Value;

    /// <summary>Where the libraries lie.</summary>
    public string Folder { get; }

    /// <summary>What llama_version() says.</summary>
    public string Version { get; }

    /// <summary>Devices of all backends that this machine can use.</summary>
    public IReadOnlyList<DeviceDescription> Devices => [.. Enumerable.Range(0, (int)GgmlMethods.DeviceCount()).Select(Describe)];

    /// <summary>Whether a GPU backend found a device.</summary>
    public bool HasGpu => Devices.Any(device => device.Kind is DeviceKind.Gpu or DeviceKind.IntegratedGpu);

    private static LlamaLibrary Load()
    {
        var folder = LlamaFolder.Locate();
        var handles = new Dictionary<string, nint>();
        // In order of dependence: a library's own search then finds the ones that are already there.
        foreach (var name in (string[])[GgmlMethods.BaseLibrary, GgmlMethods.Library, LlamaMethods.Library])
            handles.Add(name, LoadFile(folder.File(name)));
        NativeLibrary.SetDllImportResolver(
            typeof(LlamaLibrary).Assembly, (name, _, _) => handles.GetValueOrDefault(name));

        var version = ReadVersion(handles[LlamaMethods.Library]);
        if (CheckVersion(folder.Path, version) is { } wrongVersion) throw wrongVersion;
        if (!LlamaMethods.ContextDefaultParameters().HasExpectedDefaults || !LlamaMethods.ModelDefaultParameters().HasExpectedDefaults)
        {
            throw new InputException(
                folder.Path, null, $"the parameter structs of llama.cpp v{PinnedVersion}", "other defaults: a development build between versions");
        }
        LlamaLog.Install();
        GgmlMethods.LoadBackends(folder.Path);
        LlamaMethods.BackendInit();
        if (GgmlMethods.DeviceCount() == 0)
            throw new InputException(folder.Path, null, "a ggml backend that runs on this machine", $"none; {LlamaLog.Since(0)}");
        return new LlamaLibrary(folder.Path, version);
    }

    /// <summary>The error for a version that is not the pinned one, or null.</summary>
    internal static InputException? CheckVersion(string folder, string version) =>
        version == PinnedVersion || version.StartsWith(PinnedVersion + "-", StringComparison.Ordinal)
            ? null
            : new InputException(
                folder, null, $"llama.cpp v{PinnedVersion}",
                $"{version}: unset {LlamaFolder.Variable} or point it to a build of v{PinnedVersion}");

    private static string ReadVersion(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "llama_version", out _)) return "a version without llama_version()";
        return Marshal.PtrToStringUTF8((nint)LlamaMethods.Version()) ?? "";
    }

    private static nint LoadFile(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw LoadError(path, error);
        }
    }

    /// <summary>What to tell a user whose system cannot load a library.</summary>
    internal static InputException LoadError(string path, Exception error)
    {
        var remedy = error.Message.Contains("GLIBC", StringComparison.Ordinal)
            ? "this system's C library is older than 2.34 (Debian 12 and Ubuntu 22.04 have newer ones)"
            : "this system cannot load it";
        return new InputException(
            $"{path}: {remedy}; build llama.cpp v{PinnedVersion} here and set {LlamaFolder.Variable} to its folder. {error.Message}", error);
    }

    private static DeviceDescription Describe(int index)
    {
        var device = GgmlMethods.Device((nuint)index);
        nuint free, total;
        GgmlMethods.DeviceMemory(device, &free, &total);
        return new DeviceDescription(
            Marshal.PtrToStringUTF8((nint)GgmlMethods.DeviceName(device)) ?? "",
            Marshal.PtrToStringUTF8((nint)GgmlMethods.DeviceDescription(device)) ?? "",
            (DeviceKind)GgmlMethods.DeviceType(device), (long)free, (long)total);
    }
}
